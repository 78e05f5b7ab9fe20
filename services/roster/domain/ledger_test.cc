#include "services/roster/domain/ledger.h"

#include <gtest/gtest.h>

namespace maplebridge::roster {
namespace {

TEST(LedgerTest, EachMovementHasItsRowAtItsPlace) {
  int place = 0;
  for (const MovementRule& rule : MovementRules()) {
    EXPECT_EQ(static_cast<int>(rule.movement), place++) << rule.word;
    EXPECT_EQ(&RuleOf(rule.movement), &rule);
    EXPECT_EQ(rule.from == rule.to, rule.movement == Movement::kCarryOver) << rule.word;
  }
  EXPECT_EQ(place, 6);
}

// Every movement: all that the account holds may go, one fen more may not.
TEST(LedgerTest, NoMovementTakesMoreThanIsThere) {
  Balances balances{.source = -600, .available = 100, .committed = 200, .paid = 300};
  for (const MovementRule& rule : MovementRules()) {
    if (rule.from == Account::kSource) continue;
    const std::int64_t there = balances.of(rule.from);
    EXPECT_EQ(CheckMovement(balances, rule.movement, there - 1), "") << rule.word;
    EXPECT_EQ(CheckMovement(balances, rule.movement, there), "") << rule.word;
    EXPECT_NE(CheckMovement(balances, rule.movement, there + 1), "") << rule.word;
    EXPECT_NE(CheckMovement(balances, rule.movement, 0), "") << rule.word;
    EXPECT_NE(CheckMovement(balances, rule.movement, -1), "") << rule.word;
  }
}

TEST(LedgerTest, AnOverdraftServesPromisesOnlyAndToItsLimit) {
  Balances balances{.source = -100, .available = 100, .floor = -50};
  EXPECT_EQ(CheckMovement(balances, Movement::kCommit, 149), "");
  EXPECT_EQ(CheckMovement(balances, Movement::kCommit, 150), "");
  EXPECT_EQ(CheckMovement(balances, Movement::kCommit, 151),
            "AVAILABLE holds 100 fen and may go down to -50, not to -51");
  EXPECT_NE(CheckMovement(balances, Movement::kBudgetCut, 101), "");
  EXPECT_NE(CheckMovement(balances, Movement::kCarryOver, 101), "");
}

TEST(LedgerTest, AYearHoldsTenToTheFifteen) {
  EXPECT_EQ(CheckMovement({}, Movement::kBudget, kMostFen), "");
  EXPECT_NE(CheckMovement({}, Movement::kBudget, kMostFen + 1), "");
  const Balances nearly{.source = -kMostFen + 1, .available = kMostFen - 1};
  EXPECT_EQ(CheckMovement(nearly, Movement::kBudget, 1), "");
  EXPECT_NE(CheckMovement(nearly, Movement::kBudget, 2), "");
}

TEST(LedgerTest, GrowthIsAgainstTheYearBefore) {
  EXPECT_EQ(GrowthBasisPoints(110, 100), 1000);
  EXPECT_EQ(GrowthBasisPoints(90, 100), -1000);
  EXPECT_EQ(GrowthBasisPoints(4, 3), 3333);
  EXPECT_EQ(GrowthBasisPoints(5, 3), 6667);
  EXPECT_EQ(GrowthBasisPoints(100, 0), std::nullopt);
  EXPECT_EQ(GrowthBasisPoints(kMostFen, kMostFen / 2), 10'000);
}

}  // namespace
}  // namespace maplebridge::roster
