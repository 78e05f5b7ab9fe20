#include "services/registry/domain/dispute_table.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <optional>
#include <utility>
#include <vector>

#include "common/calendar/working_calendar.h"
#include "common/csv/csv_writer.h"
#include "common/division/division_code.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

using Phrase = std::pair<std::string_view, std::string_view>;

constexpr Phrase kStates[] = {{"REPORTED", "已登记"},           {"ACCEPTED", "已受理"},
                              {"MEDIATING", "调解中"},          {"SUSPENDED", "中止"},
                              {"CONCLUDING", "待法院确认"},     {"AGREED", "已达成协议"},
                              {"PERFORMED", "已履行"},          {"CLOSED_DECLINED", "不予受理"},
                              {"CLOSED_FAILED", "调解不成"},    {"CLOSED_WITHDRAWN", "撤回"},
                              {"CLOSED_UNPERFORMED", "未履行"}, {"CLOSED_SET_ASIDE", "协议被撤销"},
                              {"CLOSED_MERGED", "并入他案"},    {"ARCHIVED", "已归档"}};
constexpr Phrase kSources[] = {
    {"APPLICATION", "当事人申请"}, {"INITIATIVE", "主动调解"}, {"INVESTIGATION", "排查发现"},
    {"REFERRAL", "法院委派委托"},  {"POLICE", "公安移送"},     {"CENTRE", "中心分流"},
    {"HOTLINE", "热线转办"},       {"PETITION", "信访转办"},   {"IMPORT", "历史导入"}};

template <std::size_t kCount>
std::string Chinese(const Phrase (&phrases)[kCount], std::string_view word) {
  for (const auto& [english, chinese] : phrases) {
    if (english == word) return std::string(chinese);
  }
  return std::string(word);
}

std::string DayCell(const std::optional<absl::Time>& time) {
  return time ? absl::FormatCivilTime(calendar::ChinaDay(*time)) : "";
}

// Without parting commas, which a spreadsheet may take for another column.
std::string YuanCell(std::int64_t fen) {
  return fen == 0 ? "" : absl::StrFormat("%d.%02d", fen / 100, fen % 100);
}

std::string CategoryCell(const Dispute& dispute) {
  if (dispute.category == kOtherCategory) return dispute.category_text;
  const Category* category = FindCategory(dispute.category);
  return category == nullptr ? dispute.category : std::string(category->chinese);
}

std::string PartyCell(const Dispute& dispute, PartyPosition position, bool names_parties) {
  std::vector<std::string> names;
  for (const Party& party : dispute.parties) {
    if (party.position == position) names.push_back(party.display_name);
  }
  if (names_parties) return absl::StrJoin(names, "；");
  return absl::StrCat(names.size(), "方");
}

std::string OutcomeCell(const Dispute& dispute) {
  if (dispute.conclusion.kind == "AGREEMENT") return "达成协议";
  return dispute.conclusion.kind == "NO_AGREEMENT" ? "未达成协议" : "";
}

std::optional<absl::Time> ConcludeTime(const Dispute& dispute) {
  if (dispute.conclusion.kind.empty()) return std::nullopt;
  return dispute.conclusion.conclude_time;
}

}  // namespace

std::string DisputeTableHeading() {
  return std::string(csv::kByteOrderMark) +
         csv::Line({"编号",     "状态",     "纠纷类别", "来源",           "发生地代码",
                    "发生地",   "组织",     "组织名称", "纠纷情况",       "申请人",
                    "被申请人", "第三人",   "难易程度", "诉求金额（元）", "登记日期",
                    "受理日期", "结案日期", "结果",     "协议金额（元）", "已履行金额（元）",
                    "是否超期", "归档日期", "更新时间"});
}

std::string DisputeTableLine(const Dispute& dispute, const std::string& place, bool names_parties) {
  return csv::Line(
      {dispute.number,
       Chinese(kStates, Word(dispute.state)),
       CategoryCell(dispute),
       Chinese(kSources, dispute.source),
       division::DivisionCode::FromNumber(dispute.division).ToString(),
       place,
       dispute.organisation,
       dispute.organisation_name,
       dispute.summary,
       PartyCell(dispute, PartyPosition::kApplicant, names_parties),
       PartyCell(dispute, PartyPosition::kRespondent, names_parties),
       PartyCell(dispute, PartyPosition::kThirdPerson, names_parties),
       dispute.difficulty,
       YuanCell(dispute.claimed_amount_fen),
       DayCell(dispute.create_time),
       DayCell(dispute.accept_time),
       DayCell(ConcludeTime(dispute)),
       OutcomeCell(dispute),
       YuanCell(dispute.owed_fen),
       YuanCell(dispute.performed_fen),
       dispute.overdue ? "是" : "否",
       DayCell(dispute.archive_time),
       absl::FormatTime("%Y-%m-%d %H:%M:%S", dispute.update_time, calendar::ChinaTime())});
}

}  // namespace maplebridge::registry
