#include "common/identifier/credit_code.h"

#include <gtest/gtest.h>

#include <string>

namespace maplebridge::identifier {
namespace {

std::string FaultOf(std::string_view text) {
  auto code = CreditCode::Parse(text);
  EXPECT_FALSE(code.ok()) << text;
  EXPECT_EQ(code.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(code.status().message());
}

TEST(CreditCodeTest, ReadsPublishedCodes) {
  // Codes that companies and authorities print on their own pages.
  for (const char* text : {"91350100M000100Y43", "9144030071526726XG", "914403001922038216",
                           "12100000400000624D", "11100000000013127D"}) {
    auto code = CreditCode::Parse(text);
    ASSERT_TRUE(code.ok()) << text << ": " << code.status();
    EXPECT_EQ(code->value(), text);
    EXPECT_EQ(*CreditCodeCheckCharacter(std::string_view(text).substr(0, 17)), text[17]);
  }
}

TEST(CreditCodeTest, SmallLettersAreStoredAsCapitals) {
  auto code = CreditCode::Parse("91350100m000100y43");
  ASSERT_TRUE(code.ok()) << code.status();
  EXPECT_EQ(code->value(), "91350100M000100Y43");
}

TEST(CreditCodeTest, EveryWrongCharacterIsFound) {
  const std::string right = "91350100M000100Y43";
  for (std::size_t at = 0; at < right.size(); ++at) {
    for (char c : std::string("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      if (c == right[at]) continue;
      std::string wrong = right;
      wrong[at] = c;
      EXPECT_FALSE(CreditCode::Parse(wrong).ok()) << wrong;
    }
  }
}

TEST(CreditCodeTest, TheLettersThatLookLikeDigitsAreNotInTheAlphabet) {
  for (char c : std::string("IOSVZ")) {
    std::string wrong = "91350100M000100Y43";
    wrong[10] = c;
    EXPECT_NE(FaultOf(wrong).find("without I, O, S, V and Z"), std::string::npos) << wrong;
    wrong = "91350100M000100Y43";
    wrong[17] = c;
    EXPECT_FALSE(CreditCode::Parse(wrong).ok()) << wrong;
  }
}

TEST(CreditCodeTest, SaysWhatIsWrongWithoutTheCode) {
  const struct {
    std::string_view text, fault;
  } kCases[] = {
      {"", "empty"},
      {"91350100M000100Y44", "MOD 31"},
      {"91350100M000100Y4", "17 characters, needed are 18"},
      {"91350100M000100Y433", "19 characters, needed are 18"},
      {"91350100 M000100Y43", "spaces are not accepted"},
      {"９1350100M000100Y43", "full-width"},
      {"91350100-M000100Y4", "0-9 and the letters A-Z"},
      {"9135010AM000100Y43", "division of registration"},
  };
  for (const auto& each : kCases) {
    const std::string fault = FaultOf(each.text);
    EXPECT_NE(fault.find(each.fault), std::string::npos) << each.text << ": " << fault;
    EXPECT_EQ(fault.find("M000100"), std::string::npos) << fault;
  }
}

TEST(CreditCodeTest, ACheckCharacterNeedsSeventeenOthers) {
  EXPECT_FALSE(CreditCodeCheckCharacter("91350100M000100Y").ok());
  EXPECT_FALSE(CreditCodeCheckCharacter("91350100M000100Y43").ok());
}

}  // namespace
}  // namespace maplebridge::identifier
