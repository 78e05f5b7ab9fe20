#include "common/logging/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace maplebridge {
namespace {

TEST(RedactedTest, IdentityNumbersAndMobileTelephonesAreMasked) {
  EXPECT_EQ(Redacted("party 11010519491231002X called"), "party ****************** called");
  EXPECT_EQ(Redacted("身份证号110105194912310021。"), "身份证号******************。");
  EXPECT_EQ(Redacted("tel:13800138000,13900139000"), "tel:***********,***********");
}

TEST(RedactedTest, WhatAReaderOfALogNeedsStays) {
  for (const char* text : {
           "",
           "disputes/330102-2026-000001-7",
           "position 1234567890123456789",
           "2026-11-26T12:20:58.123456Z",
           "4bf92f3577b34da6a3ce929d0e0e4736",
           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "33010219900101",
           "12345678901",
       }) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(LogTest, EveryLineIsOneJsonObjectWithItsFieldsRedacted) {
  testing::internal::CaptureStdout();
  StartLog("registry");
  Log(LogLevel::kError, "row of 13800138000",
      {{"status", "Key (number)=(11010519491231002X) exists\n"}, {"trace_id", "4bf92f3577b34da6"}});
  const std::string written = testing::internal::GetCapturedStdout();
  ASSERT_EQ(std::count(written.begin(), written.end(), '\n'), 1);
  const auto line = nlohmann::json::parse(written);
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["service"], "registry");
  EXPECT_EQ(line["message"], "row of ***********");
  EXPECT_EQ(line["status"], "Key (number)=(******************) exists\n");
  EXPECT_EQ(line["trace_id"], "4bf92f3577b34da6");
}

}  // namespace
}  // namespace maplebridge
