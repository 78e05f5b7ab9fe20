#include "services/registry/domain/risk_ledger.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "common/calendar/working_calendar.h"
#include "common/csv/csv_writer.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

constexpr std::pair<std::string_view, std::string_view> kStates[] = {{"FOUND", "已发现"},
                                                                     {"REPORTED", "已上报"},
                                                                     {"CONTROLLED", "已管控"},
                                                                     {"RESOLVED", "已化解"},
                                                                     {"ESCALATED", "转为纠纷"}};
constexpr std::pair<std::string_view, std::string_view> kSeverities[] = {
    {"LOW", "低"}, {"MEDIUM", "中"}, {"HIGH", "高"}, {"MAJOR", "重大"}};

template <std::size_t kCount>
std::string Chinese(const std::pair<std::string_view, std::string_view> (&words)[kCount],
                    std::string_view word) {
  for (const auto& [english, chinese] : words) {
    if (english == word) return std::string(chinese);
  }
  return std::string(word);
}

// In China, without the zone: "2026-10-01 09:30".
std::string TimeCell(const std::optional<absl::Time>& time) {
  if (!time) return "";
  const absl::CivilMinute minute = absl::ToCivilMinute(*time, calendar::ChinaTime());
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d", minute.year(), minute.month(), minute.day(),
                         minute.hour(), minute.minute());
}

}  // namespace

std::string LedgerHeading() {
  return std::string(csv::kByteOrderMark) +
         csv::Line({"编号", "状态", "地点", "类别", "等级", "情况", "场所", "重点人群", "涉及人员",
                    "预防措施", "发现时间", "上报时间", "管控时间", "办结时间", "是否超期",
                    "转为纠纷", "结果"});
}

std::string LedgerLine(const RiskEntry& entry, const std::string& place) {
  std::vector<std::string> measures;
  for (const PreventiveMeasure& measure : entry.measures) {
    measures.push_back(absl::StrCat(measure.ordinal, ". ", measure.content, "（", measure.owner,
                                    measure.complete_time ? "，已完成）" : "，未完成）"));
  }
  const Category* category = FindCategory(entry.category);
  return csv::Line({entry.id, Chinese(kStates, Word(entry.state)), place,
                    category == nullptr ? entry.category : std::string(category->chinese),
                    Chinese(kSeverities, entry.severity), entry.description, entry.place_kind,
                    entry.group, absl::StrJoin(entry.people, "、"), absl::StrJoin(measures, "；"),
                    TimeCell(entry.create_time), TimeCell(entry.report_time),
                    TimeCell(entry.control_time), TimeCell(entry.end_time),
                    entry.overdue ? "是" : "否", entry.dispute, entry.outcome});
}

}  // namespace maplebridge::registry
