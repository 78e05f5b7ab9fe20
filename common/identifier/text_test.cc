#include "common/identifier/text.h"

#include <gtest/gtest.h>

#include <string>

namespace maplebridge::identifier {
namespace {

TEST(TextTest, HalfWidthTurnsEveryFullWidthSignAndNothingElse) {
  EXPECT_EQ(HalfWidth("（２０２３）京ＡＢｚ～！"), "(2023)京ABz~!");
  EXPECT_EQ(HalfWidth("　"), " ");
  EXPECT_EQ(HalfWidth("plain 京 𠮷"), "plain 京 𠮷");
  // Neighbours of the range, U+FF00 and U+FF5F, stay.
  EXPECT_EQ(HalfWidth("\uFF00\uFF5F"), "\uFF00\uFF5F");
  std::string full, half;
  for (char c = 0x21; c <= 0x7E; ++c) {
    const int code = 0xFF00 + (c - 0x20);
    full += {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
             static_cast<char>(0x80 | (code & 0x3F))};
    half += c;
  }
  EXPECT_EQ(HalfWidth(full), half);
}

TEST(TextTest, CharactersAreSplitAndBrokenBytesStandForThemselves) {
  const auto characters = Characters("a京𠮷\xFF\xE4\xBA");
  ASSERT_EQ(characters.size(), 6u);
  EXPECT_EQ(characters[1], "京");
  EXPECT_EQ(characters[2], "𠮷");
  EXPECT_EQ(characters[3], "\xFF");
  EXPECT_EQ(characters[4], "\xE4");
  EXPECT_EQ(characters[5], "\xBA");
  std::string joined;
  for (std::string_view character : characters) joined += character;
  EXPECT_EQ(joined, "a京𠮷\xFF\xE4\xBA");
  EXPECT_TRUE(Characters("").empty());
}

TEST(TextTest, CapitalsChangesAsciiOnly) { EXPECT_EQ(Capitals("aZ9ß京"), "AZ9ß京"); }

TEST(TextTest, AllDigitsIsAsciiOnly) {
  EXPECT_TRUE(AllDigits("0123456789"));
  EXPECT_TRUE(AllDigits(""));
  EXPECT_FALSE(AllDigits("12a"));
  EXPECT_FALSE(AllDigits("１"));
}

TEST(TextTest, TheFaultOfPlainTextIsNamed) {
  EXPECT_EQ(FaultOfPlainText("Ab09"), "");
  EXPECT_EQ(FaultOfPlainText(""), "it is empty");
  for (std::string_view text : {"a b", "a\tb", "a\n", "　a"}) {
    EXPECT_NE(FaultOfPlainText(text).find("spaces"), std::string_view::npos) << text;
  }
  EXPECT_NE(FaultOfPlainText("１").find("full-width"), std::string_view::npos);
  for (std::string_view text : {"a-b", "京", "a\xFF", "é"}) {
    EXPECT_NE(FaultOfPlainText(text).find("only the digits"), std::string_view::npos) << text;
  }
  EXPECT_NE(FaultOfPlainText(std::string_view("a\0b", 3)), "");
}

}  // namespace
}  // namespace maplebridge::identifier
