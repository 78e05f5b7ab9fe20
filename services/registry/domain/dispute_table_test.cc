#include "services/registry/domain/dispute_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "common/csv/csv_reader.h"

namespace maplebridge::registry {
namespace {

std::vector<std::string> Cells(const std::string& text) {
  csv::Reader reader(text);
  csv::Record record;
  EXPECT_TRUE(reader.Next(&record));
  EXPECT_EQ(record.fault, "");
  return record.fields;
}

Dispute Whole() {
  Dispute dispute;
  dispute.number = "D-330102-2026-00000017";
  dispute.state = DisputeState::kAgreed;
  dispute.category = "NEIGHBOURS";
  dispute.source = "IMPORT";
  dispute.division = 330102001000;
  dispute.summary = "=HYPERLINK(\"x\")\n漏水";
  dispute.claimed_amount_fen = 123405;
  dispute.conclusion.kind = "AGREEMENT";
  dispute.conclusion.conclude_time = absl::FromUnixSeconds(1'790'000'000);
  dispute.create_time = absl::FromUnixSeconds(1'780'000'000);
  dispute.update_time = dispute.create_time;
  for (const char* name : {"张三", "𠮷野"}) {
    Party party;
    party.display_name = name;
    party.identity_number = "330102198001010011";
    party.telephone = "13800138000";
    dispute.parties.push_back(party);
  }
  dispute.parties[1].position = PartyPosition::kRespondent;
  return dispute;
}

TEST(DisputeTableTest, ALineHasACellForEachHeadingAndNoIdentityNumber) {
  const std::string line = DisputeTableLine(Whole(), "浙江省杭州市上城区", true);
  const auto cells = Cells(line);
  const auto heading = Cells(DisputeTableHeading().substr(3));
  ASSERT_EQ(cells.size(), heading.size());
  std::map<std::string, std::string> by_name;
  for (std::size_t i = 0; i < cells.size(); ++i) by_name[heading[i]] = cells[i];
  EXPECT_EQ(by_name.size(), cells.size()) << "a heading stands twice";
  EXPECT_EQ(by_name["编号"], "D-330102-2026-00000017");
  EXPECT_EQ(by_name["状态"], "已达成协议");
  EXPECT_EQ(by_name["来源"], "历史导入");
  EXPECT_EQ(by_name["发生地代码"], "330102001000");
  EXPECT_EQ(by_name["纠纷情况"], "'=HYPERLINK(\"x\")\n漏水");
  EXPECT_EQ(by_name["申请人"], "张三");
  EXPECT_EQ(by_name["被申请人"], "𠮷野");
  EXPECT_EQ(by_name["诉求金额（元）"], "1234.05");
  EXPECT_EQ(by_name["结案日期"], "2026-09-21");
  EXPECT_EQ(by_name["结果"], "达成协议");
  for (const char* secret : {"330102198001010011", "13800138000", "0011"}) {
    EXPECT_EQ(line.find(secret), std::string::npos);
  }
}

TEST(DisputeTableTest, PartiesAreCountedWhereTheyMayNotBeNamed) {
  const std::string line = DisputeTableLine(Whole(), "", false);
  EXPECT_EQ(line.find("张三"), std::string::npos);
  EXPECT_NE(line.find("\"1方\",\"1方\",\"0方\""), std::string::npos) << line;
}

TEST(DisputeTableTest, EveryStateHasAWordOfItsOwn) {
  std::set<std::string> words;
  for (int state = 1; state < kDisputeStateCount; ++state) {
    Dispute dispute = Whole();
    dispute.state = static_cast<DisputeState>(state);
    const std::string word = Cells(DisputeTableLine(dispute, "", true))[1];
    EXPECT_NE(word, Word(dispute.state));
    EXPECT_TRUE(words.insert(word).second) << word;
  }
}

}  // namespace
}  // namespace maplebridge::registry
