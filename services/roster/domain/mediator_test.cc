#include "services/roster/domain/mediator.h"

#include <gtest/gtest.h>

namespace maplebridge::roster {
namespace {

using Day = absl::CivilDay;

TEST(MediatorTest, TheSeventeenthDigitTellsTheSex) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    std::string number = "33010219850101001X";
    number[16] = digit;
    auto facts = ReadResidentNumber(number);
    ASSERT_TRUE(facts.has_value());
    EXPECT_EQ(facts->sex, (digit - '0') % 2 == 1 ? Sex::kMale : Sex::kFemale) << digit;
    EXPECT_EQ(facts->birth_day, Day(1985, 1, 1));
  }
}

TEST(MediatorTest, WhatIsNoResidentNumberTellsNothing) {
  for (std::string_view number :
       {"", "33010219850101001", "33010219850101001XX", "3301021985O101001X", "330102198502300014",
        "330102198513010014", "330102198500010014", "33010219850101001Y", "３30102198501010"}) {
    EXPECT_FALSE(ReadResidentNumber(number).has_value()) << number;
  }
  EXPECT_TRUE(ReadResidentNumber("33010220000229001x").has_value());
  EXPECT_FALSE(ReadResidentNumber("33010219000229001x").has_value());
}

TEST(MediatorTest, OfAgeOnTheEighteenthBirthday) {
  struct Case {
    Day birth_day;
    Day today;
    bool is_adult;
  };
  const Case cases[] = {
      {Day(2008, 9, 30), Day(2026, 9, 29), false}, {Day(2008, 9, 30), Day(2026, 9, 30), true},
      {Day(2008, 9, 30), Day(2026, 10, 1), true},  {Day(2008, 2, 29), Day(2026, 2, 28), false},
      {Day(2008, 2, 29), Day(2026, 3, 1), true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsAdult(c.birth_day, c.today), c.is_adult)
        << absl::FormatCivilTime(c.birth_day) << " " << absl::FormatCivilTime(c.today);
  }
}

TEST(MediatorTest, WordsAreReadBack) {
  for (Employment value : {Employment::kFullTime, Employment::kPartTime}) {
    EXPECT_EQ(EmploymentOf(Word(value)), value);
  }
  for (MediatorState value :
       {MediatorState::kActive, MediatorState::kSuspended, MediatorState::kEnded}) {
    EXPECT_EQ(MediatorStateOf(Word(value)), value);
  }
  for (Sex value : {Sex::kFemale, Sex::kMale}) EXPECT_EQ(SexOf(Word(value)), value);
  EXPECT_EQ(EmploymentOf("full_time"), std::nullopt);
  EXPECT_EQ(MediatorStateOf(""), std::nullopt);
  EXPECT_EQ(SexOf("OTHER"), std::nullopt);
}

}  // namespace
}  // namespace maplebridge::roster
