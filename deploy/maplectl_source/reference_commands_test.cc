#include "deploy/maplectl_source/reference_commands.h"

#include <gtest/gtest.h>

#include "deploy/maplectl_source/call_command.h"

namespace maplebridge::maplectl {
namespace {

TEST(MomentTest, EveryCommonFormMeansTheSame) {
  const absl::Time wanted = absl::FromCivil(absl::CivilSecond(2026, 9, 28, 7), absl::UTCTimeZone());
  for (const char* text : {"2026-09-28T15:00+08:00", "2026-09-28T15:00:00+08:00",
                           "2026-09-28T07:00:00Z", "2026-09-28T07:00Z", "2026-09-28T15:00",
                           "2026-09-28T15:00:00", "2026-09-28T03:00:00.000-04:00"}) {
    auto moment = MomentOf(text);
    ASSERT_TRUE(moment.ok()) << text << ": " << moment.status();
    EXPECT_EQ(*moment, wanted) << text;
  }
  EXPECT_EQ(*MomentOf("2026-09-28"), wanted - absl::Hours(15));
}

TEST(MomentTest, WhatIsNoMomentIsRefused) {
  for (const char* text : {"", "tomorrow", "2026-02-30", "2026-09-28T25:00+08:00", "28.9.2026"}) {
    EXPECT_FALSE(MomentOf(text).ok()) << text;
  }
}

TEST(RequestsTest, OneOrManyByWhatTheMethodTakes) {
  EXPECT_EQ(RequestsIn("{\"a\":1}", false)->size(), 1U);
  EXPECT_EQ(RequestsIn("{\n \"a\":1\n}", true)->size(), 1U);
  EXPECT_EQ(RequestsIn("[{\"a\":1},{\"a\":2}]", true)->size(), 2U);
  EXPECT_EQ(RequestsIn("{\"a\":1}\n\n{\"a\":2}\n", true)->size(), 2U);
  EXPECT_FALSE(RequestsIn("{\"a\":1}\n{\"a\":2}\n", false).ok());
  EXPECT_FALSE(RequestsIn("{a:1}", false).ok());
}

}  // namespace
}  // namespace maplebridge::maplectl
