#include "services/registry/documents/performance_values.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/calendar/working_calendar.h"
#include "common/money/capital_amount.h"
#include "common/money/fen.h"
#include "services/registry/domain/performance.h"

namespace maplebridge::registry {
namespace {

constexpr Phrase kUrgingMethods[] = {
    {"VISIT", "上门"}, {"TELEPHONE", "电话"}, {"LETTER", "书面"}, {"MESSAGE", "短信、微信等信息"}};
constexpr Phrase kResponses[] = {{"PROMISED", "承诺履行"},   {"CLAIMS_PERFORMED", "称已履行"},
                                 {"UNABLE", "暂无能力履行"}, {"REFUSED", "拒绝履行"},
                                 {"DENIES", "否认该义务"},   {"UNREACHED", "未能联系"}};
constexpr Phrase kPerformanceMethods[] = {{"BANK_TRANSFER", "银行转账"},  {"CASH", "现金"},
                                          {"ONLINE_PAYMENT", "网上支付"}, {"HANDED_OVER", "交付"},
                                          {"IN_PERSON", "当面履行"},      {"OTHER", "其他"}};

std::string Words(std::int64_t fen) {
  return money::CapitalAmount(money::Fen(fen)).value_or(std::string());
}

std::string DayOrNone(const std::optional<absl::CivilDay>& day) {
  return day ? ChineseDay(*day) : "";
}

// What was agreed, as far as it is urged. Of an obligation in instalments that is urged as a whole:
// what has fallen due, or the next instalment where nothing has.
void AddUrged(const Obligation& obligation, int instalment, absl::CivilDay today,
              TemplateValues* values) {
  const std::optional<absl::CivilDay> due_day = UrgedDay(obligation, instalment);
  const absl::CivilDay last = std::max(today, due_day.value_or(today));
  std::int64_t open = 0;
  for (const Due& due : obligation.dues) {
    const bool is_meant = instalment == 0 ? due.due_day <= last : due.instalment == instalment;
    if (is_meant) open += due.open_fen();
  }
  const int late = due_day && *due_day < today ? static_cast<int>(today - *due_day) : 0;
  const bool is_payment = obligation.kind == ObligationKind::kPayment;
  values->fields["content"] = obligation.content;
  values->fields["instalment"] = instalment > 0 ? absl::StrCat(instalment) : "";
  values->fields["due_day"] = DayOrNone(due_day);
  values->fields["amount"] = is_payment ? money::Fen(obligation.amount_fen).ToYuan() : "";
  values->fields["open"] = is_payment ? money::Fen(open).ToYuan() : "";
  values->fields["open_words"] = is_payment ? Words(open) : "";
  values->fields["days_late"] = late > 0 ? absl::StrCat(late) : "";
}

std::string StateOf(ObligationKind kind, const Due& due, absl::CivilDay today) {
  if (due.performed_day) {
    return due.days_late() > 0 ? absl::StrCat("逾期", due.days_late(), "日履行") : "已履行";
  }
  // Until it is found kept or broken.
  if (kind == ObligationKind::kForbearance) return "持续履行";
  if (due.due_day && *due.due_day < today) {
    return absl::StrCat("逾期", today - *due.due_day, "日");
  }
  return due.performed_fen > 0 ? "部分履行" : "未到期";
}

TemplateValues DueValues(const DocumentCase& about, const Obligation& obligation, const Due& due,
                         int ordinal) {
  const absl::CivilDay today = calendar::ChinaDay(about.now);
  const bool is_payment = obligation.kind == ObligationKind::kPayment;
  const bool is_again = due.instalment > 1;
  const std::string kSame = "同上";
  TemplateValues values;
  values.fields = {
      {"ordinal",
       due.instalment > 0 ? absl::StrCat(ordinal, "-", due.instalment) : absl::StrCat(ordinal)},
      // Said once, at the first instalment.
      {"debtor", is_again ? kSame : PartyName(about.parties, obligation.debtor_party_id)},
      {"creditor", is_again ? kSame : PartyName(about.parties, obligation.creditor_party_id)},
      {"content", is_again ? kSame : obligation.content},
      {"due_day", due.due_day ? ChineseDay(*due.due_day) : "长期"},
      {"amount", is_payment ? money::Fen(due.amount_fen).ToYuan() : "—"},
      {"performed", is_payment ? money::Fen(due.performed_fen).ToYuan() : "—"},
      {"performed_day", DayOrNone(due.performed_day)},
      {"state", StateOf(obligation.kind, due, today)}};
  return values;
}

TemplateValues EntryValues(const PerformanceEntry& entry, const std::string& obligation,
                           int ordinal) {
  std::string remark = entry.agreement_number;
  if (entry.days_late > 0)
    absl::StrAppend(&remark, remark.empty() ? "" : "；", "逾期", entry.days_late, "日");
  if (entry.reverse_day) {
    absl::StrAppend(&remark, remark.empty() ? "" : "；", ChineseDay(*entry.reverse_day),
                    "更正，此记录作废：", entry.reverse_explanation);
  }
  TemplateValues values;
  values.fields = {{"ordinal", absl::StrCat(ordinal)},
                   {"day", ChineseDay(entry.day)},
                   {"obligation", obligation},
                   {"amount", entry.amount_fen > 0 ? money::Fen(entry.amount_fen).ToYuan() : "—"},
                   {"method", Say(kPerformanceMethods, entry.method, "其他")},
                   {"performer", entry.performer.empty() ? "义务人" : entry.performer},
                   {"evidence", entry.evidence},
                   {"remark", remark}};
  return values;
}

void AddTotals(const PerformedAgreement& agreement, TemplateValues* values) {
  const PerformanceFigures figures = FiguresOf(agreement.obligations);
  auto& fields = values->fields;
  const bool has_money = figures.owed_fen > 0;
  fields["owed_total"] = has_money ? money::Fen(figures.owed_fen).ToYuan() : "";
  fields["performed_total"] = money::Fen(figures.performed_fen).ToYuan();
  fields["open_total"] = money::Fen(figures.owed_fen - figures.performed_fen).ToYuan();
  fields["obligation_count"] = absl::StrCat(figures.obligation_count);
  fields["performed_count"] = absl::StrCat(figures.performed_count);
  fields["performed_day"] = DayOrNone(figures.performed_day);
  fields["days"] = "";
  if (figures.performed_day && agreement.effective_day) {
    // What was performed before the agreement took effect was performed on its first day.
    fields["days"] = absl::StrCat(
        std::max<absl::civil_diff_t>(0, *figures.performed_day - *agreement.effective_day));
  }
}

}  // namespace

absl::StatusOr<TemplateValues> UrgingNoticeValues(const DocumentCase& about,
                                                  const PerformedAgreement& agreement,
                                                  const UrgedObligation& urged) {
  const Obligation* obligation = FindObligation(agreement.obligations, urged.obligation_id);
  if (obligation == nullptr)
    return absl::InvalidArgumentError("the agreement has no such obligation");
  TemplateValues values;
  values.fields = {{"debtor", PartyName(about.parties, obligation->debtor_party_id)},
                   {"creditor", PartyName(about.parties, obligation->creditor_party_id)},
                   {"agreement_number", agreement.number},
                   {"effective_day", DayOrNone(agreement.effective_day)},
                   {"urge_day", ChineseDay(urged.urge_day)},
                   {"method", Say(kUrgingMethods, urged.method, "其他方式")},
                   {"mediator", urged.mediator_name},
                   {"urging", urged.content},
                   {"response", urged.response.empty() ? "" : Say(kResponses, urged.response, "")},
                   {"answer", urged.answer},
                   {"promised_day", DayOrNone(urged.promised_day)}};
  AddUrged(*obligation, urged.instalment, calendar::ChinaDay(about.now), &values);
  return values;
}

TemplateValues PerformanceRecordValues(const DocumentCase& about,
                                       const PerformedAgreement& agreement,
                                       const std::vector<PerformanceEntry>& entries) {
  TemplateValues values;
  values.fields = {{"agreement_number", agreement.number},
                   {"effective_day", DayOrNone(agreement.effective_day)},
                   {"no_entries", entries.empty() ? "是" : ""},
                   {"any_entries", entries.empty() ? "" : "是"}};
  AddTotals(agreement, &values);
  std::vector<TemplateValues>& dues = values.lists["dues"];
  for (std::size_t i = 0; i < agreement.obligations.size(); ++i) {
    for (const Due& due : agreement.obligations[i].dues) {
      dues.push_back(DueValues(about, agreement.obligations[i], due, static_cast<int>(i) + 1));
    }
  }
  std::vector<TemplateValues>& records = values.lists["records"];
  for (const PerformanceEntry& entry : entries) {
    std::string obligation = entry.obligation_id;
    for (std::size_t i = 0; i < agreement.obligations.size(); ++i) {
      // Under a former agreement its own name stays, with that agreement's number behind.
      const bool is_here = entry.agreement_number.empty() &&
                           agreement.obligations[i].obligation_id == entry.obligation_id;
      if (is_here) obligation = absl::StrCat("第", i + 1, "项");
    }
    records.push_back(EntryValues(entry, obligation, static_cast<int>(records.size()) + 1));
  }
  return values;
}

}  // namespace maplebridge::registry
