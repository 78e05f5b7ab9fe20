#include "services/registry/domain/duplicate.h"

#include <absl/strings/str_join.h>
#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

Dispute Of(const std::string& summary, std::vector<std::string> identities,
           std::vector<std::string> names) {
  Dispute dispute;
  dispute.summary = summary;
  dispute.division = 330102001000;
  dispute.category = "CONTRACT";
  for (std::size_t i = 0; i < names.size(); ++i) {
    Party party;
    party.display_name = names[i];
    if (i < identities.size()) {
      party.identity_kind = IdentityKind::kResident;
      party.identity_number = identities[i];
    }
    dispute.parties.push_back(party);
  }
  return dispute;
}

TEST(DuplicateTest, TheSamePeoplePlaceCategoryAndTextAreTheSame) {
  const Dispute one = Of("货款未付", {"1", "2"}, {"张三", "李四"});
  const DuplicateScore same = CompareDisputes(one, Of("货款未付", {"2", "1"}, {"李四", "张三"}));
  EXPECT_DOUBLE_EQ(same.score, 1);
  EXPECT_EQ(absl::StrJoin(same.reasons, "; "),
            "2 identity numbers in common; the same place; the same category; texts 100 % alike");
}

TEST(DuplicateTest, NamesCountOnlyWhereNobodyHasAnIdentityNumber) {
  const Dispute bare = Of("货款未付", {}, {"张三", "李四"});
  EXPECT_DOUBLE_EQ(CompareDisputes(bare, Of("货款未付", {}, {"张三", "李四"})).score, 1);
  EXPECT_DOUBLE_EQ(CompareDisputes(bare, Of("货款未付", {"1"}, {"张三", "李四"})).score, 0.5);
  EXPECT_DOUBLE_EQ(
      CompareDisputes(Of("货款未付", {"1"}, {"张三"}), Of("货款未付", {"2"}, {"张三"})).score, 0.5);
}

TEST(DuplicateTest, AnotherMatterOfOtherPeopleIsFarBelow) {
  const Dispute one = Of("货款未付", {"1", "2"}, {"张三", "李四"});
  Dispute other = Of("楼上漏水，楼下发霉", {"3", "4"}, {"王五", "赵六"});
  EXPECT_DOUBLE_EQ(CompareDisputes(one, other).score, 0.2);
  other.division = 330102003000;
  other.category = "NEIGHBOURS";
  EXPECT_DOUBLE_EQ(CompareDisputes(one, other).score, 0);
  EXPECT_TRUE(CompareDisputes(one, other).reasons.empty());
  EXPECT_LT(CompareDisputes(one, other).score, kLeastDuplicateScore);
}

TEST(DuplicateTest, BothSidesGiveTheSameScore) {
  const Dispute one = Of("货款未付，多次催讨", {"1", "2", "3"}, {"甲", "乙", "丙"});
  const Dispute other = Of("催讨货款", {"2"}, {"乙", "丁"});
  EXPECT_DOUBLE_EQ(CompareDisputes(one, other).score, CompareDisputes(other, one).score);
}

}  // namespace
}  // namespace maplebridge::registry
