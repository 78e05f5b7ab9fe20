#include "services/roster/domain/text_rule.h"

#include <gtest/gtest.h>

namespace maplebridge::roster {
namespace {

TEST(TextRuleTest, LengthIsInCharactersNotBytes) {
  EXPECT_EQ(CheckLine("人民调解", 4, 4), "");
  EXPECT_NE(CheckLine("人民调解", 5, 9), "");
  EXPECT_NE(CheckLine("人民调解", 1, 3), "");
  EXPECT_EQ(CheckLine("", 0, 3), "");
  EXPECT_NE(CheckLine("", 1, 3), "");
}

TEST(TextRuleTest, BlankIsNoText) {
  for (std::string_view text : {" ", "\u3000", " \u3000 "}) {
    EXPECT_EQ(CheckLine(text, 1, 9), "must not be blank") << text;
    EXPECT_EQ(CheckLine(text, 0, 9), "") << text;
  }
  EXPECT_EQ(CheckText("\n\t", 1, 9), "must not be blank");
  EXPECT_EQ(CheckLine(" a", 1, 9), "");
}

TEST(TextRuleTest, ALineHasNoControlCharacterAndATextOnlyBreaks) {
  for (std::string_view text : {"a\nb", "a\tb", "a\rb"}) {
    EXPECT_NE(CheckLine(text, 1, 9), "");
    EXPECT_EQ(CheckText(text, 1, 9), "");
  }
  for (std::string_view text : {std::string_view("a\0b", 3), std::string_view("a\x1F"),
                                std::string_view("a\x7F"), std::string_view("a\x1B[0m")}) {
    EXPECT_NE(CheckLine(text, 1, 9), "");
    EXPECT_NE(CheckText(text, 1, 9), "");
  }
}

TEST(TextRuleTest, CategoryCodes) {
  const std::string longest(32, 'A');
  for (std::string_view text :
       {std::string_view("CONTRACT"), std::string_view("LAND_2"), std::string_view(longest)}) {
    EXPECT_TRUE(IsCategoryCode(text)) << text;
  }
  const std::string longer(33, 'A');
  for (std::string_view text :
       {std::string_view(""), std::string_view("contract"), std::string_view("A B"),
        std::string_view("合同"), std::string_view(longer)}) {
    EXPECT_FALSE(IsCategoryCode(text)) << text;
  }
}

}  // namespace
}  // namespace maplebridge::roster
