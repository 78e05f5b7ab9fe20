#include "common/identifier/dispute_number.h"

#include <gtest/gtest.h>

#include <string>

#include "common/identifier/check_character.h"

namespace maplebridge::identifier {
namespace {

TEST(CheckCharacterTest, Mod11_2IsThatOfPublishedIdentifiers) {
  // ORCID and ISNI use it too: 0000-0002-1825-0097, 0000-0002-1694-233X, 0000-0001-2150-090X.
  EXPECT_EQ(CheckCharacterMod11_2("000000021825009"), '7');
  EXPECT_EQ(CheckCharacterMod11_2("000000021694233"), 'X');
  EXPECT_EQ(CheckCharacterMod11_2("000000012150090"), 'X');
  EXPECT_EQ(CheckCharacterMod11_2("11010519491231002"), 'X');
  EXPECT_EQ(CheckCharacterMod11_2("44052418800101001"), '4');
}

TEST(CheckCharacterTest, Mod11_10IsThatOfTheStandard) {
  // The example of ISO 7064, and a German tax number of the authority's specimen.
  EXPECT_EQ(CheckDigitMod11_10("0794"), '5');
  EXPECT_EQ(CheckDigitMod11_10("8609574271"), '9');
}

TEST(DisputeNumberTest, WritesCountyYearSerialAndCheckDigit) {
  auto number = DisputeNumber::Create("330102", 2026, 1);
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(number->ToString(), "D-330102-2026-00000017");
  EXPECT_EQ(DisputeNumber::Create("441900", 2026, 9'999'999)->ToString(), "D-441900-2026-99999994");
}

TEST(DisputeNumberTest, ReadsWhatItWroteAndASmallD) {
  for (int serial : {1, 2, 10, 12345, 9'999'999}) {
    for (int year : {2000, 2026, 2099}) {
      const auto number = *DisputeNumber::Create("469001", year, serial);
      auto read = DisputeNumber::Parse(number.ToString());
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(*read, number);
    }
  }
  auto small = DisputeNumber::Parse("d-330102-2026-00000017");
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_EQ(small->ToString(), "D-330102-2026-00000017");
}

TEST(DisputeNumberTest, EveryWrongDigitIsFound) {
  const std::string right = "D-330102-2026-00000017";
  for (std::size_t at = 2; at < right.size(); ++at) {
    if (right[at] == '-') continue;
    for (char c = '0'; c <= '9'; ++c) {
      if (c == right[at]) continue;
      std::string wrong = right;
      wrong[at] = c;
      EXPECT_FALSE(DisputeNumber::Parse(wrong).ok()) << wrong;
    }
  }
}

TEST(DisputeNumberTest, TheErrorNamesTheRule) {
  auto mistyped = DisputeNumber::Parse("D-330102-2026-00000014");
  ASSERT_FALSE(mistyped.ok());
  EXPECT_NE(mistyped.status().message().find("ISO 7064 MOD 11,10"), absl::string_view::npos);
  for (const char* text :
       {"", "D", "330102-2026-00000017", "D-330102-2026-0000017", "D-330102-2026-000000017",
        "D 330102 2026 00000017", "D-33010A-2026-00000017", "D-330102-2026-0000001X",
        "E-330102-2026-00000017", "D-330102-2026-00000017 "}) {
    auto number = DisputeNumber::Parse(text);
    ASSERT_FALSE(number.ok()) << text;
    EXPECT_NE(number.status().message().find("not written in this form"), absl::string_view::npos)
        << text << ": " << number.status();
  }
}

TEST(DisputeNumberTest, LimitsOfItsParts) {
  EXPECT_FALSE(DisputeNumber::Create("33010", 2026, 1).ok());
  EXPECT_FALSE(DisputeNumber::Create("030102", 2026, 1).ok());
  EXPECT_FALSE(DisputeNumber::Create("33010x", 2026, 1).ok());
  EXPECT_FALSE(DisputeNumber::Create("330102", 1999, 1).ok());
  EXPECT_FALSE(DisputeNumber::Create("330102", 2100, 1).ok());
  EXPECT_FALSE(DisputeNumber::Create("330102", 2026, 0).ok());
  EXPECT_FALSE(DisputeNumber::Create("330102", 2026, 10'000'000).ok());
}

}  // namespace
}  // namespace maplebridge::identifier
