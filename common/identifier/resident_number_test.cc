#include "common/identifier/resident_number.h"

#include <gtest/gtest.h>

#include <string>

namespace maplebridge::identifier {
namespace {

constexpr absl::CivilDay kToday(2026, 10, 9);

std::string FaultOf(std::string_view text) {
  auto number = ResidentNumber::Parse(text, kToday);
  EXPECT_FALSE(number.ok()) << text;
  EXPECT_EQ(number.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(number.status().message());
}

TEST(ResidentNumberTest, ReadsTheExamplesOfTheStandard) {
  // GB 11643-1999, annex.
  auto woman = ResidentNumber::Parse("11010519491231002X", kToday);
  ASSERT_TRUE(woman.ok()) << woman.status();
  EXPECT_EQ(woman->division6(), "110105");
  EXPECT_EQ(woman->birth_date(), absl::CivilDay(1949, 12, 31));
  EXPECT_EQ(woman->sex(), Sex::kFemale);
  auto man = ResidentNumber::Parse("440524188001010014", kToday);
  ASSERT_TRUE(man.ok()) << man.status();
  EXPECT_EQ(man->birth_date(), absl::CivilDay(1880, 1, 1));
  EXPECT_EQ(man->sex(), Sex::kMale);
}

TEST(ResidentNumberTest, ASmallXIsStoredAsX) {
  auto number = ResidentNumber::Parse("11010519491231002x", kToday);
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(number->value(), "11010519491231002X");
}

TEST(ResidentNumberTest, ALeapDayMustHaveBeen) {
  // 2000 and 2004 had one; 1900 is divided by 4, and had none.
  EXPECT_TRUE(ResidentNumber::Parse("330102200002290015", kToday).ok());
  EXPECT_TRUE(ResidentNumber::Parse("330102200402291236", kToday).ok());
  for (const char* text : {"330102190002290012", "330102200302290018", "330102200002300015"}) {
    EXPECT_NE(FaultOf(text).find("birth date that exists"), std::string::npos) << text;
  }
}

TEST(ResidentNumberTest, ABirthTodayIsTakenAndOneTomorrowIsNot) {
  EXPECT_TRUE(ResidentNumber::Parse("330102202610090016", kToday).ok());
  EXPECT_NE(FaultOf("330102202610100018").find("in the future"), std::string::npos);
}

TEST(ResidentNumberTest, NobodyWasBornBefore1850) {
  EXPECT_TRUE(ResidentNumber::Parse("330102185001010015", kToday).ok());
  EXPECT_NE(FaultOf("330102184912310014").find("birth date that exists"), std::string::npos);
}

TEST(ResidentNumberTest, EveryWrongCharacterAndEverySwapOfNeighboursIsFound) {
  const std::string right = "11010519491231002X";
  for (std::size_t at = 0; at < right.size(); ++at) {
    for (char c : std::string("0123456789X")) {
      if (c == right[at] || (c == 'X' && at < 17)) continue;
      std::string wrong = right;
      wrong[at] = c;
      EXPECT_FALSE(ResidentNumber::Parse(wrong, kToday).ok()) << wrong;
    }
    if (at + 1 < right.size() && right[at] != right[at + 1]) {
      std::string swapped = right;
      std::swap(swapped[at], swapped[at + 1]);
      EXPECT_FALSE(ResidentNumber::Parse(swapped, kToday).ok()) << swapped;
    }
  }
}

TEST(ResidentNumberTest, SaysWhatIsWrongWithoutTheNumber) {
  const struct {
    std::string_view text, fault;
  } kCases[] = {
      {"", "empty"},
      {"110105194912310020", "ISO 7064 MOD 11-2"},
      {"11010519491231002", "has 17 characters"},
      {"110105491231002", "has 15 characters"},  // the old form of 15 digits
      {"11010519491231002XX", "has 19 characters"},
      {" 11010519491231002X", "spaces are not accepted"},
      {"110105 19491231 002X", "spaces are not accepted"},
      {"１１０１０５19491231002X", "full-width"},
      {"11010519491231002Ｘ", "full-width"},
      {"1101051949123100-X", "0-9 and the letters A-Z"},
      {"1101X519491231002X", "first 17 characters must be digits"},
      {"11010519491231002Y", "0-9 or X"},
      {"911156197905140011", "foreign permanent residence card"},
  };
  for (const auto& each : kCases) {
    const std::string fault = FaultOf(each.text);
    EXPECT_NE(fault.find(each.fault), std::string::npos) << each.text << ": " << fault;
    if (each.text.size() > 15) {
      EXPECT_EQ(fault.find(each.text), std::string::npos) << fault;
      EXPECT_EQ(fault.find("19491231"), std::string::npos) << fault;
    }
  }
}

TEST(ResidentNumberTest, WhatIsGeneratedIsRead) {
  for (int sequence : {0, 1, 2, 499, 998, 999}) {
    for (absl::CivilDay birth : {absl::CivilDay(1900, 1, 1), absl::CivilDay(2000, 2, 29), kToday}) {
      auto text = GenerateResidentNumber("330102", birth, sequence);
      ASSERT_TRUE(text.ok()) << text.status();
      auto number = ResidentNumber::Parse(*text, kToday);
      ASSERT_TRUE(number.ok()) << number.status();
      EXPECT_EQ(number->birth_date(), birth);
      EXPECT_EQ(number->sex(), sequence % 2 == 1 ? Sex::kMale : Sex::kFemale);
    }
  }
  EXPECT_FALSE(GenerateResidentNumber("33010", kToday, 1).ok());
  EXPECT_FALSE(GenerateResidentNumber("930102", kToday, 1).ok());
  EXPECT_FALSE(GenerateResidentNumber("330102", absl::CivilDay(1899, 12, 31), 1).ok());
  EXPECT_FALSE(GenerateResidentNumber("330102", kToday, 1000).ok());
  EXPECT_FALSE(GenerateResidentNumber("330102", kToday, -1).ok());
}

}  // namespace
}  // namespace maplebridge::identifier
