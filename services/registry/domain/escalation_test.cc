#include "services/registry/domain/escalation.h"

#include <gtest/gtest.h>

#include <string>

namespace maplebridge::registry {
namespace {

TEST(EscalationTest, AReportClimbsOneLevelAtATimeAndStaysAtTheMinistry) {
  std::string path;
  EscalationLevel level = EscalationLevel::kCounty;
  for (int i = 0; i < 5; ++i, level = NextLevel(level)) path += std::string(Word(level)) + " ";
  EXPECT_EQ(path, "COUNTY CITY PROVINCE MINISTRY MINISTRY ");
}

TEST(EscalationTest, LevelsAreReadByTheirWords) {
  for (int i = 0; i < 4; ++i) {
    const auto level = static_cast<EscalationLevel>(i);
    EXPECT_EQ(EscalationLevelOf(Word(level)), level);
  }
}

}  // namespace
}  // namespace maplebridge::registry
