#include "services/registry/domain/risk_entry.h"

#include <absl/strings/match.h>
#include <gtest/gtest.h>

#include "services/registry/domain/risk_ledger.h"

namespace maplebridge::registry {
namespace {

RiskEntry EntryWith(std::vector<bool> completed) {
  RiskEntry entry;
  entry.id = "e1";
  entry.state = RiskState::kReported;
  entry.category = "LABOUR";
  entry.severity = "HIGH";
  for (bool is_complete : completed) {
    PreventiveMeasure measure;
    measure.ordinal = static_cast<int>(entry.measures.size()) + 1;
    measure.content = "约谈";
    measure.owner = "司法所";
    if (is_complete) measure.complete_time = absl::UnixEpoch();
    entry.measures.push_back(measure);
  }
  return entry;
}

TEST(RiskEntryTest, OneMeasureControlsAndAllResolve) {
  EXPECT_NE(MissingForControl(EntryWith({})), "");
  EXPECT_NE(MissingForControl(EntryWith({false})), "");
  EXPECT_EQ(MissingForControl(EntryWith({false, true})), "");
  EXPECT_NE(MissingForResolution(EntryWith({true, false})), "");
  EXPECT_EQ(MissingForResolution(EntryWith({true, true})), "");
  EXPECT_TRUE(absl::StrContains(MissingForResolution(EntryWith({true, false})), "measure 2"));
}

TEST(RiskLedgerTest, ALineIsWhatASpreadsheetReads) {
  RiskEntry entry = EntryWith({true});
  entry.description = "工人称\"欠薪\"，\n聚集讨要";
  entry.people = {"张三", "𠮷野"};
  entry.outcome = "=HYPERLINK(1)";
  entry.create_time = absl::FromUnixSeconds(1790818200);  // 2026-10-01 09:30 in China
  const std::string line = LedgerLine(entry, "浙江省杭州市上城区");
  EXPECT_TRUE(absl::StrContains(line, "\"工人称\"\"欠薪\"\"，\n聚集讨要\""));
  EXPECT_TRUE(absl::StrContains(line, "\"张三、𠮷野\""));
  EXPECT_TRUE(absl::StrContains(line, "\"'=HYPERLINK(1)\""));
  EXPECT_TRUE(absl::StrContains(line, "\"已上报\",\"浙江省杭州市上城区\",\"劳动争议\",\"高\""));
  EXPECT_TRUE(absl::StrContains(line, "\"2026-10-01 09:30\""));
  EXPECT_TRUE(absl::StrContains(line, "\"1. 约谈（司法所，已完成）\""));
  EXPECT_TRUE(absl::EndsWith(line, "\r\n"));
  EXPECT_TRUE(absl::StartsWith(LedgerHeading(), "\xEF\xBB\xBF\"编号\","));
}

}  // namespace
}  // namespace maplebridge::registry
