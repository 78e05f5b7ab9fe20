#include "services/roster/domain/filing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace maplebridge::roster {
namespace {

constexpr FilingMember kHeadman{Sex::kMale, true};
constexpr FilingMember kHeadwoman{Sex::kFemale, true};
constexpr FilingMember kMan{Sex::kMale, false};
constexpr FilingMember kWoman{Sex::kFemale, false};

std::vector<FilingMember> Members(int count) {
  std::vector<FilingMember> members;
  for (int i = 0; i < count; ++i) members.push_back(i == 0 ? kHeadwoman : kMan);
  return members;
}

Filing Whole() {
  return Filing{"上城区四季青街道人民调解委员会", "上城区四季青街道人民调解委员会", Members(3)};
}

std::vector<std::string> Subjects(const Filing& filing) {
  std::vector<std::string> subjects;
  for (const FilingGap& gap : CheckFiling(filing)) {
    EXPECT_FALSE(gap.description.empty());
    subjects.emplace_back(gap.subject);
  }
  return subjects;
}

using List = std::vector<std::string>;

TEST(FilingTest, AWholeFilingHasNoGap) { EXPECT_EQ(Subjects(Whole()), List{}); }

TEST(FilingTest, MembersAreThreeToNine) {
  for (int count = 1; count <= 12; ++count) {
    Filing filing = Whole();
    filing.members = Members(count);
    EXPECT_EQ(Subjects(filing), count >= 3 && count <= 9 ? List{} : List{"members"}) << count;
  }
}

TEST(FilingTest, NobodyLacksMembersHeadAndWoman) {
  Filing filing = Whole();
  filing.members.clear();
  EXPECT_EQ(Subjects(filing), (List{"members", "head", "women"}));
}

TEST(FilingTest, ExactlyOneHead) {
  Filing filing = Whole();
  filing.members = {kMan, kWoman, kMan};
  EXPECT_EQ(Subjects(filing), List{"head"});
  filing.members = {kHeadman, kHeadwoman, kMan};
  EXPECT_EQ(Subjects(filing), List{"head"});
}

TEST(FilingTest, AWomanMember) {
  Filing filing = Whole();
  filing.members = {kHeadman, kMan, kMan};
  EXPECT_EQ(Subjects(filing), List{"women"});
  filing.members = {kHeadman, kWoman, kMan};
  EXPECT_EQ(Subjects(filing), List{});
}

TEST(FilingTest, ASeal) {
  for (std::string seal : {"", " ", "\t\n"}) {
    Filing filing = Whole();
    filing.seal = seal;
    EXPECT_EQ(Subjects(filing), List{"seal"});
  }
}

TEST(FilingTest, NamesByRule) {
  struct Case {
    std::string name;
    bool is_committee;
  };
  const Case cases[] = {
      {"上城区四季青街道人民调解委员会", true},
      {"杭州市医疗纠纷人民调解委员会", true},
      {"人民调解委员会", false},
      {"", false},
      {"上城区四季青街道调解委员会", false},
      {"上城区人民调解委员会办公室", false},
      {"上城区 人民调解委员会", false},
      {"上城区　人民调解委员会", false},
      {"上城区人民调解委员会 ", false},
      {"上城区人民調解委員會", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsCommitteeName(c.name), c.is_committee) << c.name;
    Filing filing = Whole();
    filing.display_name = c.name;
    EXPECT_EQ(Subjects(filing), c.is_committee ? List{} : List{"display_name"}) << c.name;
  }
}

TEST(FilingTest, EveryGapIsNamedAtOnce) {
  Filing filing;
  filing.members = {kHeadman, kHeadman};
  EXPECT_EQ(Subjects(filing), (List{"display_name", "seal", "members", "head", "women"}));
}

}  // namespace
}  // namespace maplebridge::roster
