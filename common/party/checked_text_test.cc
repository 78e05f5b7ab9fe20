#include "common/party/checked_text.h"

#include <gtest/gtest.h>

namespace maplebridge {
namespace {

TEST(CheckedTextTest, TextIsCountedInCharactersNotBytes) {
  EXPECT_EQ(Characters("纠纷"), 2);
  EXPECT_EQ(Characters("a𠮷"), 2);
  EXPECT_EQ(Characters("\xe7\xba"), -1);
  EXPECT_EQ(CheckText("纠纷", 1, 2), "");
  EXPECT_NE(CheckText("纠纷案", 1, 2), "");
  EXPECT_NE(CheckText("", 1, 2), "");
  EXPECT_EQ(CheckText("一\n二", 1, 9), "");
}

TEST(CheckedTextTest, OnlyUtf8ThatPostgresqlTakesToo) {
  for (std::string_view good : {"\x7E", "é", "\u0800", "\uD7FF", "\uE000", "𠮷", "\U0010FFFF"}) {
    EXPECT_EQ(CheckText(good, 1, 1), "") << good;
  }
  for (std::string_view bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE4\xBA", "\xE4\xBA\x41", "\xFF"}) {
    EXPECT_EQ(CheckText(bad, 0, 9), "is not UTF-8") << bad;
  }
  EXPECT_NE(CheckText(std::string_view("a\0b", 3), 0, 9), "");
  EXPECT_NE(CheckText("a\x7F", 0, 9), "");
}

}  // namespace
}  // namespace maplebridge
