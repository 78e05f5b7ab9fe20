#include "services/registry/documents/document_values.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "common/calendar/working_calendar.h"
#include "common/money/capital_amount.h"
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

constexpr Phrase kSessionKinds[] = {
    {"ONSITE", "现场调解"}, {"ONLINE", "在线视频调解"}, {"SEPARATE", "分别调解"}};
constexpr Phrase kVisitMethods[] = {
    {"VISIT", "上门回访"}, {"TELEPHONE", "电话回访"}, {"ONLINE", "网络回访"}};
constexpr Phrase kRetentions[] = {
    {"PERMANENT", "永久"}, {"LONG_TERM", "长期"}, {"SHORT_TERM", "短期"}};
constexpr Phrase kMaterialKinds[] = {
    {"IDENTITY_PROOF", "身份证明"},
    {"AUTHORITY_LETTER", "授权委托书"},
    {"PROPERTY_PROOF", "权属证明"},
    {"CONTRACT", "合同"},
    {"PAYMENT_RECORD", "收付凭证"},
    {"CORRESPONDENCE", "往来函件、聊天记录"},
    {"PHOTOGRAPH", "照片"},
    {"RECORDING", "录音录像"},
    {"APPRAISAL", "鉴定、评估意见"},
    {"STATEMENT", "书面陈述、证言"},
    {"SIGNED_AGREEMENT", "签名盖章的协议书"},
};
constexpr Phrase kDeclineReasons[] = {
    {"PARTY_REFUSED", "一方当事人明确拒绝调解"},
    {"UNFIT", "该纠纷依法只能由专门机关管辖处理，或者法律、法规禁止采用人民调解方式解决"},
    {"NOT_COMPETENT", "该纠纷不属于本人民调解委员会的受理范围"},
    {"ELSEWHERE", "人民法院、仲裁机构或者行政机关已经受理该纠纷"},
    {"CONFLICT_OF_INTEREST", "人民调解员与当事人有利害关系，且无其他人民调解员可以调解"},
};

std::string Yuan(std::int64_t fen) { return fen > 0 ? money::Fen(fen).ToYuan() : ""; }

// "2026年10月9日10时05分".
std::string ChineseTime(absl::Time time) {
  const absl::CivilMinute minute = absl::ToCivilMinute(time, calendar::ChinaTime());
  return absl::StrFormat("%s%d时%02d分", ChineseDay(absl::CivilDay(minute)), minute.hour(),
                         minute.minute());
}

// Of an organisation, of a person without full capacity, or by a letter of authority.
std::string RoleName(const Representative& representative) {
  constexpr const char* kNames[] = {"法定代表人（负责人）", "法定代理人（监护人）", "委托代理人"};
  return kNames[static_cast<std::size_t>(representative.kind)];
}

std::string AuthorityName(AgentAuthority authority) {
  constexpr const char* kNames[] = {"", "一般授权", "特别授权"};
  return kNames[static_cast<std::size_t>(authority)];
}

TemplateValues RepresentativeValues(const Representative& representative) {
  TemplateValues values;
  values.fields = {{"role", RoleName(representative)},
                   {"name", representative.display_name},
                   {"identity_kind", IdentityName(representative.identity_kind)},
                   {"identity", representative.identity_number},
                   {"authority", AuthorityName(representative.authority)}};
  return values;
}

// With those who act for it on this day; an agent with general authority settles nothing and does
// not sign (CPL 62).
TemplateValues PartyValues(const Party& party, absl::CivilDay day) {
  TemplateValues values;
  // A template asks for each list, also for an empty one.
  std::vector<TemplateValues>& signers = values.lists["signers"];
  std::vector<TemplateValues>& representatives = values.lists["representatives"];
  for (const Representative& representative : party.representatives) {
    if (!representative.acts_on(day)) continue;
    TemplateValues acting = RepresentativeValues(representative);
    if (representative.authority != AgentAuthority::kGeneral) signers.push_back(acting);
    representatives.push_back(std::move(acting));
  }
  values.fields = {{"position", PositionName(party.position)},
                   {"name", party.display_name},
                   {"identity_kind", IdentityName(party.identity_kind)},
                   {"identity", party.identity_number},
                   {"telephone", party.telephone},
                   {"address", party.service_address}};
  return values;
}

// Those of the parties who are named, in the order of the case.
std::vector<TemplateValues> Present(const DocumentCase& about,
                                    const std::vector<std::string>& party_ids) {
  std::vector<TemplateValues> present;
  for (const Party& party : about.parties) {
    if (std::find(party_ids.begin(), party_ids.end(), party.party_id) == party_ids.end()) continue;
    present.push_back(PartyValues(party, calendar::ChinaDay(about.now)));
  }
  return present;
}

std::vector<TemplateValues> Names(const std::vector<std::string>& names) {
  std::vector<TemplateValues> values;
  for (const std::string& name : names) {
    TemplateValues element;
    element.fields = {{"name", name}};
    values.push_back(std::move(element));
  }
  return values;
}

// With a full stop where there is none.
std::string Sentence(const std::string& text) {
  for (std::string_view end : {"。", "；", "！", "？", "：", ".", ";"}) {
    if (text.ends_with(end)) return text;
  }
  return text + "。";
}

// What a party said to the minutes, when and how.
TemplateValues VoiceValues(const DocumentCase& about, const MinutesVoice& voice) {
  TemplateValues values;
  for (const Party& party : about.parties) {
    if (party.party_id == voice.party_id) values.fields["name"] = party.display_name;
  }
  const char* how = voice.evidence.empty() ? "以一次性验证码" : "以书面签名";
  std::string words = absl::StrCat(ChineseTime(voice.time), how);
  absl::StrAppend(&words, voice.objection.empty() ? "确认笔录无误" : "提出异议：", voice.objection);
  values.fields["words"] = Sentence(words);
  return values;
}

// How a document says that the debtor owes it.
const char* Verb(ObligationKind kind) {
  constexpr const char* kVerbs[] = {"履行", "履行", "", "交付", "赔礼道歉"};
  return kVerbs[static_cast<std::size_t>(kind)];
}

TemplateValues InstalmentValues(const Due& due) {
  TemplateValues values;
  values.fields = {
      {"number", absl::StrCat(due.instalment)},
      {"part_day", due.due_day ? ChineseDay(*due.due_day) : ""},
      {"part", money::Fen(due.amount_fen).ToYuan()},
      {"part_words", money::CapitalAmount(money::Fen(due.amount_fen)).value_or(std::string())}};
  return values;
}

TemplateValues ObligationValues(const DocumentCase& about, const Obligation& obligation,
                                std::size_t ordinal) {
  const bool is_payment = obligation.kind == ObligationKind::kPayment;
  const bool refrains = obligation.kind == ObligationKind::kForbearance;
  const std::string due_day = obligation.due_day ? ChineseDay(*obligation.due_day) : "";
  TemplateValues values;
  values.fields = {{"ordinal", absl::StrCat(ordinal)},
                   {"debtor", PartyName(about.parties, obligation.debtor_party_id)},
                   {"creditor", PartyName(about.parties, obligation.creditor_party_id)},
                   // One of these says how it is owed.
                   {"owed_by", refrains || obligation.has_instalments() ? "" : due_day},
                   {"parts_by", obligation.has_instalments() ? due_day : ""},
                   {"refrains_until", refrains ? due_day : ""},
                   {"refrains", refrains && !obligation.due_day ? "是" : ""},
                   {"verb", Verb(obligation.kind)},
                   {"content", Sentence(obligation.content)},
                   {"part_count", absl::StrCat(obligation.dues.size())},
                   {"amount", is_payment ? money::Fen(obligation.amount_fen).ToYuan() : ""},
                   {"words", obligation.amount_in_words}};
  std::vector<TemplateValues>& parts = values.lists["instalments"];
  if (!obligation.has_instalments()) return values;
  for (const Due& due : obligation.dues) parts.push_back(InstalmentValues(due));
  return values;
}

}  // namespace

std::string Say(std::span<const Phrase> phrases, std::string_view word, const char* otherwise) {
  for (const auto& [known, phrase] : phrases) {
    if (known == word) return phrase;
  }
  return otherwise;
}

const std::string& PartyName(const std::vector<Party>& parties, const std::string& party_id) {
  for (const Party& party : parties) {
    if (party.party_id == party_id) return party.display_name;
  }
  return party_id;
}

std::string ChineseDay(absl::CivilDay day) {
  return absl::StrFormat("%d年%d月%d日", day.year(), day.month(), day.day());
}

TemplateValues CaseValues(const DocumentCase& about) {
  TemplateValues values;
  values.fields = {{"dispute", about.dispute_number},
                   {"category", about.category},
                   {"summary", about.summary},
                   {"claim", Yuan(about.claimed_amount_fen)},
                   {"organisation", about.organisation},
                   {"referral", about.referral_born ? "是" : ""},
                   {"report_day", ChineseDay(about.report_day)},
                   {"accept_day", ChineseDay(about.accept_day)},
                   {"day", ChineseDay(calendar::ChinaDay(about.now))}};
  std::vector<TemplateValues>& parties = values.lists["parties"];
  std::vector<TemplateValues>& applicants = values.lists["applicants"];
  for (const Party& party : about.parties) {
    parties.push_back(PartyValues(party, calendar::ChinaDay(about.now)));
    if (party.position == PartyPosition::kApplicant) applicants.push_back(parties.back());
  }
  values.lists["mediators"] = Names(about.mediators);
  return values;
}

TemplateValues AgreementValues(const DocumentCase& about, const AgreementDraft& agreement) {
  TemplateValues values;
  values.fields = {{"facts", agreement.facts}, {"terms", agreement.performance_terms}};
  std::vector<TemplateValues>& obligations = values.lists["obligations"];
  for (const Obligation& obligation : agreement.obligations) {
    obligations.push_back(ObligationValues(about, obligation, obligations.size() + 1));
  }
  return values;
}

TemplateValues ConclusionValues(const std::string& reason, const std::string& explanation) {
  TemplateValues values;
  values.fields = {{"reason", reason}, {"explanation", explanation}};
  return values;
}

TemplateValues AcceptanceValues(std::optional<absl::CivilDay> last_day) {
  TemplateValues values;
  values.fields = {{"last_day", last_day ? ChineseDay(*last_day) : ""}};
  return values;
}

TemplateValues DeclineValues(const std::string& reason, const std::string& advice) {
  TemplateValues values;
  values.fields = {{"reason", Say(kDeclineReasons, reason, "该纠纷不符合受理条件")},
                   {"advice", advice}};
  return values;
}

TemplateValues SessionValues(const DocumentCase& about, const HeldSession& session) {
  TemplateValues values;
  values.fields = {{"session", absl::StrCat(session.ordinal)},
                   {"method", Say(kSessionKinds, session.kind, "其他")},
                   {"start", ChineseTime(session.start_time)},
                   {"end", ChineseTime(session.end_time)},
                   {"place", session.place},
                   {"rights_told", session.rights_told ? "是" : ""},
                   {"minutes", session.minutes},
                   {"confirmed", session.is_confirmed ? "是" : ""},
                   {"unconfirmed", session.is_confirmed ? "" : "是"},
                   {"version", session.version > 0 ? absl::StrCat(session.version) : ""},
                   {"sha256", session.sha256}};
  std::vector<TemplateValues>& voices = values.lists["voices"];
  for (const MinutesVoice& voice : session.voices) {
    voices.push_back(VoiceValues(about, voice));
  }
  values.lists["present_mediators"] = Names(session.mediators);
  values.lists["present_parties"] = Present(about, session.party_ids);
  return values;
}

TemplateValues OralAgreementValues(const DocumentCase& about, const AgreementDraft& agreement,
                                   const std::string& number, absl::CivilDay effective_day) {
  TemplateValues values = AgreementValues(about, agreement);
  values.fields["agreement_number"] = number;
  values.fields["effective_day"] = ChineseDay(effective_day);
  return values;
}

TemplateValues FollowUpValues(const DocumentCase& about, const FollowUpVisit& visit) {
  TemplateValues values;
  values.fields = {{"visit", absl::StrCat(visit.ordinal)},
                   {"visit_day", ChineseDay(visit.day)},
                   {"method", Say(kVisitMethods, visit.method, "其他")},
                   {"satisfaction", visit.satisfaction > 0 ? absl::StrCat(visit.satisfaction) : ""},
                   {"relapsed", visit.relapsed ? "有" : "无"},
                   {"notes", visit.notes},
                   {"agreement_number", visit.agreement_number}};
  values.lists["visited"] = Present(about, visit.party_ids);
  return values;
}

TemplateValues FileIndexValues(const std::vector<FileEntry>& entries,
                               const std::vector<MaterialEntry>& materials,
                               const std::string& retention) {
  TemplateValues values;
  std::vector<TemplateValues>& documents = values.lists["documents"];
  int pages = 0;
  for (const FileEntry& entry : entries) {
    TemplateValues element;
    element.fields = {{"ordinal", absl::StrCat(documents.size() + 1)},
                      {"title", std::string(DocumentTitle(entry.kind))},
                      {"document_number", entry.number},
                      {"document_day", ChineseDay(entry.day)},
                      {"pages", absl::StrCat(entry.pages)}};
    documents.push_back(std::move(element));
    pages += entry.pages;
  }
  std::vector<TemplateValues>& evidence = values.lists["materials"];
  for (const MaterialEntry& entry : materials) {
    TemplateValues element;
    element.fields = {{"ordinal", absl::StrCat(entry.ordinal)},
                      {"kind", Say(kMaterialKinds, entry.kind, "其他材料")},
                      {"file_name", entry.file_name},
                      {"from", entry.from.empty() ? "本会收集" : entry.from},
                      {"day", ChineseDay(entry.day)},
                      {"state", entry.is_withdrawn ? "　（已撤回）" : ""}};
    evidence.push_back(std::move(element));
  }
  const std::string material_count = materials.empty() ? "" : absl::StrCat(materials.size());
  values.fields = {{"document_count", absl::StrCat(documents.size())},
                   {"page_total", absl::StrCat(pages)},
                   {"material_count", material_count},
                   {"retention", Say(kRetentions, retention, "")}};
  return values;
}

}  // namespace maplebridge::registry
