#include "common/identifier/case_number.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace maplebridge::identifier {
namespace {

constexpr char kStored[] = "（2023）京0105民诉前调1234号";

TEST(CaseNumberTest, EverySpellingFindsTheOneStoredForm) {
  for (const char* text :
       {"（2023）京0105民诉前调1234号", "(2023)京0105民诉前调1234号", "[2023]京0105民诉前调1234号",
        "〔2023〕京0105民诉前调1234号", "【2023】京0105民诉前调1234号",
        "（２０２３）京０１０５民诉前调１２３４号", " (2023) 京0105 民诉前调 1234 号 ",
        "（2023）　京0105民诉前调　1234号", "(2023）京0105民诉前调0001234号"}) {
    auto number = CaseNumber::Parse(text);
    ASSERT_TRUE(number.ok()) << text << ": " << number.status();
    EXPECT_EQ(number->ToString(), kStored) << text;
  }
  auto number = CaseNumber::Parse(kStored);
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(number->year, 2023);
  EXPECT_EQ(number->court, "京0105");
  EXPECT_EQ(number->type, "民诉前调");
  EXPECT_EQ(number->serial, 1234);
}

TEST(CaseNumberTest, CourtsOfEveryLevelAreRead) {
  for (const char* court : {"最高法", "浙", "京01", "浙0102", "兵01", "军"}) {
    const std::string text = "（2024）" + std::string(court) + "民初7号";
    auto number = CaseNumber::Parse(text);
    ASSERT_TRUE(number.ok()) << text << ": " << number.status();
    EXPECT_EQ(number->court, court);
    EXPECT_EQ(number->ToString(), text);
  }
}

TEST(CaseNumberTest, EveryListedTypeIsReadAndMeansSomething) {
  std::set<std::string_view> types;
  for (const CaseType& type : CaseTypes()) {
    EXPECT_TRUE(types.insert(type.characters).second) << type.characters;
    EXPECT_FALSE(type.meaning.empty());
    const std::string text = "（2024）浙0102" + std::string(type.characters) + "99999999号";
    auto number = CaseNumber::Parse(text);
    ASSERT_TRUE(number.ok()) << text << ": " << number.status();
    EXPECT_EQ(number->type, type.characters);
    EXPECT_EQ(number->ToString(), text);
  }
  for (const char* needed : {"民诉前调", "民初", "诉前调确", "调确", "民特", "执"}) {
    EXPECT_TRUE(types.contains(needed)) << needed;
  }
}

TEST(CaseNumberTest, SaysWhichPartIsWrong) {
  const struct {
    std::string_view text, fault;
  } kCases[] = {
      {"", "empty"},
      {"  　", "empty"},
      {"2023京0105民初1号", "begin with the year in brackets"},
      {"（23）京0105民初1号", "four digits"},
      {"（2023京0105民初1号", "stands in brackets"},
      {"（2015）京0105民初1号", "2016 to 2099"},
      {"（2100）京0105民初1号", "2016 to 2099"},
      {"（2023）0105民初1号", "province's character"},
      {"（2023）港0105民初1号", "province's character"},
      {"（2023）京105民初1号", "no, two or four digits"},
      {"（2023）京01051民初1号", "no, two or four digits"},
      {"（2023）京0105民调1号", "must be one of"},
      {"（2023）京01051号", "no, two or four digits"},
      {"（2023）京0105民初号", "serial"},
      {"（2023）京0105民初0号", "serial"},
      {"（2023）京0105民初100000000号", "serial"},
      {"（2023）京0105民初1", "end with 号"},
      {"（2023）京0105民初1号之一", "nothing may follow"},
      {"（2023）京0105\xFF民初1号", "must be one of"},
  };
  for (const auto& each : kCases) {
    auto number = CaseNumber::Parse(each.text);
    ASSERT_FALSE(number.ok()) << each.text;
    EXPECT_EQ(number.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(
        number.status().message().find(absl::string_view(each.fault.data(), each.fault.size())),
        absl::string_view::npos)
        << each.text << ": " << number.status();
  }
  EXPECT_FALSE(CaseNumber::Parse(std::string(100'000, '(')).ok());
}

}  // namespace
}  // namespace maplebridge::identifier
