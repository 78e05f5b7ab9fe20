#include "common/server/resource_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maplebridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NameParts, GivesWhatThePatternLeavesOpen) {
  EXPECT_THAT(NameParts("disputes/*", "disputes/D-330102-2026-00000018"),
              ElementsAre("D-330102-2026-00000018"));
  EXPECT_THAT(NameParts("disputes/*/agreements/*", "disputes/7/agreements/a_1"),
              ElementsAre("7", "a_1"));
}

TEST(NameParts, RefusesEveryOtherName) {
  for (std::string name : {"", "disputes", "disputes/", "disputes/7/", "referrals/7", "disputes/7 ",
                           "disputes/%37", "disputes/甲"}) {
    EXPECT_THAT(NameParts("disputes/*", name), IsEmpty()) << name;
  }
  EXPECT_THAT(NameParts("disputes/*", std::string("disputes/7\0", 11)), IsEmpty());
  EXPECT_THAT(NameParts("disputes/*", "disputes/" + std::string(65, 'a')), IsEmpty());
}

}  // namespace
}  // namespace maplebridge
