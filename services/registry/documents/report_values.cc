#include "services/registry/documents/report_values.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include "common/calendar/working_calendar.h"
#include "common/money/fen.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

constexpr Phrase kForms[] = {{"WRITTEN", "书面"}, {"ORAL", "口头"}};
constexpr Phrase kSources[] = {
    {"APPLICATION", "当事人申请"}, {"INITIATIVE", "主动调解"}, {"INVESTIGATION", "排查发现"},
    {"REFERRAL", "法院委派委托"},  {"POLICE", "公安移送"},     {"CENTRE", "中心分流"},
    {"HOTLINE", "热线转办"},       {"PETITION", "信访转办"},   {"IMPORT", "历史导入"}};
constexpr Phrase kKinds[] = {{"GENERAL", "普遍排查"}, {"KEY", "重点排查"}};
constexpr Phrase kModes[] = {{"DAILY", "日常"}, {"CENTRALISED", "集中"}, {"SPECIAL", "专项"}};
constexpr Phrase kForces[] = {{"GRID_WORKERS", "网格员"},
                              {"SAFETY_VOLUNTEERS", "平安志愿者"},
                              {"POLICE_STATION", "公安派出所"},
                              {"COMPREHENSIVE_CENTRE", "综治中心"},
                              {"COMMITTEES", "人民调解委员会"}};
constexpr Phrase kSeverities[] = {
    {"MAJOR", "重大"}, {"HIGH", "高"}, {"MEDIUM", "中"}, {"LOW", "低"}};
constexpr Phrase kRiskStates[] = {{"FOUND", "已发现"},
                                  {"REPORTED", "已上报"},
                                  {"CONTROLLED", "已管控"},
                                  {"RESOLVED", "已化解"},
                                  {"ESCALATED", "转为纠纷"}};

std::string CategoryName(const std::string& code, const std::string& text) {
  const Category* category = FindCategory(code);
  if (category == nullptr || (code == kOtherCategory && !text.empty())) return text;
  return std::string(category->chinese);
}

// "2026-10-09": short, for a table.
std::string ShortDay(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::string ShortDay(const std::optional<absl::Time>& time) {
  return time ? ShortDay(calendar::ChinaDay(*time)) : "";
}

// What came of it; of an archived one as well.
enum class Outcome { kOpen, kAgreed, kFailed, kDeclined, kWithdrawn, kMerged };

Outcome OutcomeOf(const Dispute& dispute) {
  if (dispute.conclusion.kind == "AGREEMENT") {
    // A referred one whose conclusion docking has not confirmed is still open.
    return dispute.state == DisputeState::kConcluding ? Outcome::kOpen : Outcome::kAgreed;
  }
  if (!dispute.merged_into.empty()) return Outcome::kMerged;
  if (dispute.state == DisputeState::kClosedDeclined || !dispute.decline_reason.empty()) {
    return Outcome::kDeclined;
  }
  if (dispute.state == DisputeState::kConcluding) return Outcome::kOpen;
  if (dispute.conclusion.kind == "NO_AGREEMENT") return Outcome::kFailed;
  const bool has_ended =
      dispute.state == DisputeState::kClosedWithdrawn || dispute.state == DisputeState::kArchived;
  return has_ended ? Outcome::kWithdrawn : Outcome::kOpen;
}

const char* Name(Outcome outcome) {
  constexpr const char* kNames[] = {"办理中",   "达成协议", "未达成协议",
                                    "不予受理", "撤回",     "并入他案"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string PerformanceOf(const Dispute& dispute) {
  if (OutcomeOf(dispute) != Outcome::kAgreed) return "";
  if (!dispute.set_aside_case_number.empty()) return "协议被撤销或者确认无效";
  if (!dispute.unperformed_reason.empty()) return "未履行";
  if (dispute.performed_day) return absl::StrCat(ShortDay(*dispute.performed_day), "履行完毕");
  if (dispute.overdue_count > 0) return absl::StrCat("逾期", dispute.overdue_count, "项");
  return absl::StrCat("履行中，", dispute.performed_count, "/", dispute.obligation_count, "项");
}

std::string YuanOrNone(std::int64_t fen) { return fen > 0 ? money::Fen(fen).ToYuan() : ""; }

// "D-330102-" and what follows: the number has no place to break of its own.
std::string TwoLines(const std::string& number) {
  constexpr std::size_t kCounty = 9;
  return absl::StrCat(number.substr(0, kCounty), "\n", number.substr(kCounty));
}

TemplateValues LedgerRow(const LedgerEntry& entry, int ordinal) {
  const Dispute& dispute = entry.dispute;
  TemplateValues values;
  values.fields = {{"ordinal", absl::StrCat(ordinal)},
                   {"dispute", TwoLines(dispute.number)},
                   {"report_day", ShortDay(calendar::ChinaDay(dispute.create_time))},
                   {"accept_day", ShortDay(dispute.accept_time)},
                   {"source", Say(kSources, dispute.source, "")},
                   {"category", CategoryName(dispute.category, dispute.category_text)},
                   {"applicants", entry.applicants},
                   {"respondents", entry.respondents},
                   {"claim", YuanOrNone(dispute.claimed_amount_fen)},
                   {"mediators", absl::StrJoin(dispute.mediator_names, "、")},
                   {"outcome", Name(OutcomeOf(dispute))},
                   {"form", entry.form.empty() ? "" : Say(kForms, entry.form, "")},
                   {"agreed", YuanOrNone(dispute.owed_fen)},
                   {"performance", PerformanceOf(dispute)},
                   {"archive_day", ShortDay(dispute.archive_time)}};
  return values;
}

void AddLedgerTotals(const DisputeLedger& ledger, TemplateValues* values) {
  std::map<Outcome, int> outcomes;
  int accepted = 0, performed = 0, archived = 0;
  std::int64_t claimed = 0, owed = 0, paid = 0;
  for (const LedgerEntry& entry : ledger.entries) {
    const Dispute& dispute = entry.dispute;
    ++outcomes[OutcomeOf(dispute)];
    if (dispute.accept_time) ++accepted;
    if (dispute.performed_day) ++performed;
    if (dispute.archive_time) ++archived;
    claimed += dispute.claimed_amount_fen;
    owed += dispute.owed_fen;
    paid += dispute.performed_fen;
  }
  auto& fields = values->fields;
  fields["count"] = absl::StrCat(ledger.entries.size());
  fields["accepted"] = absl::StrCat(accepted);
  fields["agreed_count"] = absl::StrCat(outcomes[Outcome::kAgreed]);
  fields["failed"] = absl::StrCat(outcomes[Outcome::kFailed]);
  fields["declined"] = absl::StrCat(outcomes[Outcome::kDeclined]);
  fields["withdrawn"] = absl::StrCat(outcomes[Outcome::kWithdrawn]);
  fields["merged"] = absl::StrCat(outcomes[Outcome::kMerged]);
  fields["open"] = absl::StrCat(outcomes[Outcome::kOpen]);
  fields["performed"] = absl::StrCat(performed);
  fields["archived"] = absl::StrCat(archived);
  fields["claimed_total"] = money::Fen(claimed).ToYuan();
  fields["owed_total"] = money::Fen(owed).ToYuan();
  fields["paid_total"] = money::Fen(paid).ToYuan();
}

// "85.7%"; "—" of nothing.
std::string Rate(int part, int whole) {
  if (whole == 0) return "—";
  return absl::StrFormat("%.1f%%", 100.0 * part / whole);
}

// Counts in the order of `phrases`, with those that are 0.
std::vector<TemplateValues> Counts(std::span<const Phrase> phrases,
                                   const std::map<std::string, int>& counts) {
  std::vector<TemplateValues> rows;
  for (const auto& [word, phrase] : phrases) {
    const auto count = counts.find(std::string(word));
    TemplateValues row;
    row.fields = {{"name", phrase},
                  {"count", absl::StrCat(count == counts.end() ? 0 : count->second)}};
    rows.push_back(std::move(row));
  }
  return rows;
}

// Categories in the official order, those that were found.
std::vector<TemplateValues> CategoryCounts(const std::map<std::string, int>& counts) {
  std::vector<TemplateValues> rows;
  for (const Category& category : Categories()) {
    const auto count = counts.find(std::string(category.code));
    if (count == counts.end()) continue;
    TemplateValues row;
    row.fields = {{"name", std::string(category.chinese)}, {"count", absl::StrCat(count->second)}};
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<TemplateValues> PlaceRows(const std::vector<ReportedPlace>& places) {
  std::vector<TemplateValues> rows;
  for (const ReportedPlace& place : places) {
    TemplateValues row;
    row.fields = {{"name", place.name},
                  {"villages", absl::StrCat(place.village_count)},
                  {"visited", absl::StrCat(place.visited_count)},
                  {"unvisited", absl::StrCat(place.village_count - place.visited_count)},
                  {"rate", Rate(place.visited_count, place.village_count)},
                  {"visits", absl::StrCat(place.visit_count)},
                  {"risks", absl::StrCat(place.risk_count)}};
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string JoinedForces(const Campaign& campaign) {
  std::vector<std::string> names;
  for (const std::string& force : campaign.forces) names.push_back(Say(kForces, force, ""));
  return absl::StrJoin(names, "、");
}

std::string JoinedCategories(const Campaign& campaign) {
  std::vector<std::string> names;
  for (const std::string& code : campaign.categories) names.push_back(CategoryName(code, ""));
  return absl::StrJoin(names, "、");
}

}  // namespace

int CampaignFigures::risk_count() const {
  int count = 0;
  for (const auto& [state, risks] : risks_by_state) count += risks;
  return count;
}

TemplateValues DisputeLedgerValues(const DisputeLedger& ledger) {
  TemplateValues values;
  values.fields = {{"organisation", ledger.organisation},
                   {"start_day", ChineseDay(ledger.start_day)},
                   {"end_day", ChineseDay(ledger.end_day)},
                   {"named", ledger.names_parties ? "是" : ""},
                   {"unnamed", ledger.names_parties ? "" : "是"}};
  AddLedgerTotals(ledger, &values);
  std::vector<TemplateValues>& rows = values.lists["disputes"];
  for (const LedgerEntry& entry : ledger.entries) {
    rows.push_back(LedgerRow(entry, static_cast<int>(rows.size()) + 1));
  }
  return values;
}

TemplateValues CampaignReportValues(const Campaign& campaign,
                                    const std::vector<std::string>& place_names,
                                    const CampaignFigures& figures) {
  TemplateValues values;
  const absl::Time closed = campaign.close_time.value_or(campaign.create_time);
  values.fields = {{"mode", Say(kModes, campaign.mode, "")},
                   {"kind", Say(kKinds, campaign.kind, "")},
                   {"title", campaign.title},
                   {"theme", campaign.theme},
                   {"start_day", ChineseDay(campaign.start_day)},
                   {"end_day", ChineseDay(campaign.end_day)},
                   {"close_day", ChineseDay(calendar::ChinaDay(closed))},
                   {"place_names", absl::StrJoin(place_names, "、")},
                   {"category_names", JoinedCategories(campaign)},
                   {"groups", absl::StrJoin(campaign.groups, "、")},
                   {"forces", JoinedForces(campaign)},
                   {"villages", absl::StrCat(campaign.village_count)},
                   {"visited", absl::StrCat(figures.visited_count)},
                   {"unvisited", absl::StrCat(campaign.village_count - figures.visited_count)},
                   {"rate", Rate(figures.visited_count, campaign.village_count)},
                   {"visits", absl::StrCat(figures.visit_count)},
                   {"households", absl::StrCat(figures.household_count)},
                   {"risks", absl::StrCat(figures.risk_count())},
                   {"any_risks", figures.risk_count() > 0 ? "是" : ""},
                   {"measures", absl::StrCat(figures.measure_count)},
                   {"completed_measures", absl::StrCat(figures.completed_measure_count)},
                   {"conclusion", campaign.conclusion}};
  values.lists["places"] = PlaceRows(figures.places);
  values.lists["states"] = Counts(kRiskStates, figures.risks_by_state);
  values.lists["severities"] = Counts(kSeverities, figures.risks_by_severity);
  values.lists["categories"] = CategoryCounts(figures.risks_by_category);
  return values;
}

}  // namespace maplebridge::registry
