#include "services/registry/domain/one_time_code.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(OneTimeCodeTest, SixDigitsWithTheirLeadingZeros) {
  EXPECT_EQ(OneTimeCode(4711), "004711");
  EXPECT_EQ(OneTimeCode(1'000'000), "000000");
  EXPECT_EQ(OneTimeCode(UINT64_MAX), "551615");
  for (const char* wrong : {"", "12345", "1234567", "12345a", "１２３４５６", "12 345"}) {
    EXPECT_FALSE(IsOneTimeCode(wrong)) << wrong;
  }
  EXPECT_TRUE(IsOneTimeCode("000000"));
}

TEST(OneTimeCodeTest, GoodForTenMinutesAndFiveTries) {
  CodeCourse course;
  EXPECT_NE(WhyCodeIsDead(course, kNow), "");
  course.code_expire_time = kNow + kCodeLife;
  EXPECT_EQ(WhyCodeIsDead(course, kNow), "");
  EXPECT_EQ(WhyCodeIsDead(course, kNow + absl::Minutes(10) - absl::Microseconds(1)), "");
  EXPECT_NE(WhyCodeIsDead(course, kNow + absl::Minutes(10)), "");
  course.try_count = 4;
  EXPECT_EQ(WhyCodeIsDead(course, kNow), "");
  course.try_count = 5;
  EXPECT_NE(WhyCodeIsDead(course, kNow), "");
}

TEST(OneTimeCodeTest, OneInAMinuteAndTenForALink) {
  CodeCourse course;
  EXPECT_EQ(WhyNoNewCode(course, kNow), "");
  course.code_time = kNow;
  EXPECT_NE(WhyNoNewCode(course, kNow + absl::Seconds(59)), "");
  EXPECT_EQ(WhyNoNewCode(course, kNow + absl::Seconds(60)), "");
  course.code_count = 9;
  EXPECT_EQ(WhyNoNewCode(course, kNow + absl::Hours(1)), "");
  course.code_count = 10;
  EXPECT_NE(WhyNoNewCode(course, kNow + absl::Hours(1)), "");
}

}  // namespace
}  // namespace maplebridge::registry
