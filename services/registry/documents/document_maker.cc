#include "services/registry/documents/document_maker.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include "common/calendar/working_calendar.h"
#include "common/money/fen.h"

namespace maplebridge::registry {
namespace {

std::string PositionName(PartyPosition position) {
  constexpr const char* kNames[] = {"申请人", "被申请人", "第三人"};
  return kNames[static_cast<std::size_t>(position)];
}

std::string IdentityName(IdentityKind kind) {
  constexpr const char* kNames[] = {"证件",
                                    "公民身份号码",
                                    "统一社会信用代码",
                                    "护照号码",
                                    "港澳居民证件号码",
                                    "台湾居民证件号码",
                                    "外国人永久居留身份证号码"};
  return kNames[static_cast<std::size_t>(kind)];
}

const std::string& NameOf(const std::vector<Party>& parties, const std::string& party_id) {
  for (const Party& party : parties) {
    if (party.party_id == party_id) return party.display_name;
  }
  return party_id;
}

TemplateValues CaseValues(const DocumentCase& about) {
  TemplateValues values;
  values.fields = {{"dispute", about.dispute_number},
                   {"category", about.category},
                   {"organisation", about.organisation},
                   {"referral", about.referral_born ? "是" : ""},
                   {"accept_day", ChineseDay(about.accept_day)},
                   {"day", ChineseDay(calendar::ChinaDay(about.now))}};
  std::vector<TemplateValues>& parties = values.lists["parties"];
  for (const Party& party : about.parties) {
    TemplateValues element;
    element.fields = {{"position", PositionName(party.position)},
                      {"name", party.display_name},
                      {"identity_kind", IdentityName(party.identity_kind)},
                      {"identity", party.identity_number},
                      {"telephone", party.telephone},
                      {"address", party.service_address}};
    parties.push_back(std::move(element));
  }
  std::vector<TemplateValues>& mediators = values.lists["mediators"];
  for (const std::string& mediator : about.mediators) {
    TemplateValues element;
    element.fields = {{"name", mediator}};
    mediators.push_back(std::move(element));
  }
  return values;
}

absl::StatusOr<MadeDocument> Make(const Template& form, const TemplateValues& values,
                                  const DocumentCase& about, MadeDocument made,
                                  std::string_view title) {
  auto paragraphs = form.Fill(values);
  if (!paragraphs.ok()) return paragraphs.status();
  PdfInput input;
  input.title = absl::StrCat(std::string(title), " ", made.number);
  input.number = made.number;
  input.create_time = about.now;
  input.paragraphs = *std::move(paragraphs);
  auto pdf = RenderPdf(input);
  if (!pdf.ok()) return pdf.status();
  made.template_name = form.name();
  made.bytes = std::move(pdf->bytes);
  made.pages = pdf->pages;
  return made;
}

MadeDocument Named(DocumentKind kind, const DocumentCase& about, int ordinal) {
  MadeDocument made;
  made.kind = kind;
  made.id = DocumentId(kind, ordinal);
  made.number = DocumentNumber(kind, about.dispute_number, ordinal);
  return made;
}

}  // namespace

std::string ChineseDay(absl::CivilDay day) {
  return absl::StrFormat("%d年%d月%d日", day.year(), day.month(), day.day());
}

absl::StatusOr<std::shared_ptr<const DocumentMaker>> DocumentMaker::Load(
    const std::string& folder) {
  auto agreement = Template::Load(folder + "/agreement.txt");
  if (!agreement.ok()) return agreement.status();
  auto conclusion = Template::Load(folder + "/conclusion.txt");
  if (!conclusion.ok()) return conclusion.status();
  return std::shared_ptr<const DocumentMaker>(
      new DocumentMaker(*std::move(agreement), *std::move(conclusion)));
}

absl::StatusOr<MadeDocument> DocumentMaker::MakeAgreement(const DocumentCase& about,
                                                          const AgreementDraft& agreement,
                                                          int ordinal) const {
  MadeDocument made = Named(DocumentKind::kAgreement, about, ordinal);
  TemplateValues values = CaseValues(about);
  values.fields["number"] = made.number;
  values.fields["facts"] = agreement.facts;
  values.fields["terms"] = agreement.performance_terms;
  std::vector<TemplateValues>& obligations = values.lists["obligations"];
  for (const Obligation& obligation : agreement.obligations) {
    const bool is_payment = obligation.kind == ObligationKind::kPayment;
    TemplateValues element;
    element.fields = {{"ordinal", absl::StrCat(obligations.size() + 1)},
                      {"debtor", NameOf(about.parties, obligation.debtor_party_id)},
                      {"creditor", NameOf(about.parties, obligation.creditor_party_id)},
                      {"due_day", ChineseDay(obligation.due_day)},
                      {"content", obligation.content},
                      {"amount", is_payment ? money::Fen(obligation.amount_fen).ToYuan() : ""},
                      {"words", obligation.amount_in_words}};
    obligations.push_back(std::move(element));
  }
  return Make(agreement_, values, about, std::move(made), "人民调解协议书");
}

absl::StatusOr<MadeDocument> DocumentMaker::MakeConclusionNotice(const DocumentCase& about,
                                                                 const std::string& reason,
                                                                 const std::string& explanation,
                                                                 int ordinal) const {
  MadeDocument made = Named(DocumentKind::kConclusionNotice, about, ordinal);
  TemplateValues values = CaseValues(about);
  values.fields["number"] = made.number;
  values.fields["reason"] = reason;
  values.fields["explanation"] = explanation;
  return Make(conclusion_, values, about, std::move(made), "终结调解告知书");
}

}  // namespace maplebridge::registry
