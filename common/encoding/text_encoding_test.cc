#include "common/encoding/text_encoding.h"

#include <gtest/gtest.h>

namespace maplebridge {
namespace {

using std::string_literals::operator""s;

TEST(TextEncodingTest, Utf8AndGb18030BecomeUtf8WithoutAMark) {
  const struct {
    const char* what;
    std::string bytes;
    std::string expected;
  } rows[] = {
      {"nothing", "", ""},
      {"ASCII", "a,b\r\n", "a,b\r\n"},
      {"UTF-8", "张三", "张三"},
      {"UTF-8 with a mark", "\xEF\xBB\xBF张三", "张三"},
      {"a mark alone", "\xEF\xBB\xBF", ""},
      {"UTF-8 beyond the basic plane", "𠮷", "𠮷"},
      {"GB2312", "\xD5\xC5\xC8\xFD", "张三"},
      {"GBK alone", "\x96\x46", "朏"},
      {"GB18030 beyond the basic plane", "\x95\x34\xB2\x35\xD2\xB0"s, "𠮷野"},
  };
  for (const auto& row : rows) {
    auto text = ToUtf8(row.bytes);
    ASSERT_TRUE(text.ok()) << row.what << ": " << text.status();
    EXPECT_EQ(*text, row.expected) << row.what;
  }
}

TEST(TextEncodingTest, WhatIsNeitherIsRefusedAndThePlaceIsTold) {
  const struct {
    const char* what;
    std::string bytes;
    const char* said;
  } rows[] = {
      {"UTF-16", "\xFF\xFE\x20\x5F"s, "UTF-16"},
      {"UTF-16, the other way round", "\xFE\xFF\x5F\x20"s, "UTF-16"},
      {"a mark, and then GB2312", "\xEF\xBB\xBFok\xD5\xC5", "byte 6 is none"},
      {"neither", "ok\xFF\xFF", "nor GB18030 (byte 3 is none)"},
      {"cut in the middle", "ok\xD5", "nor GB18030 (byte 3 is none)"},
      {"an overlong form", "\xC0\xAF\x80", "neither UTF-8 (byte 1 is none)"},
  };
  for (const auto& row : rows) {
    auto text = ToUtf8(row.bytes);
    ASSERT_FALSE(text.ok()) << row.what;
    EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument) << row.what;
    EXPECT_NE(std::string(text.status().message()).find(row.said), std::string::npos)
        << row.what << ": " << text.status();
  }
}

}  // namespace
}  // namespace maplebridge
