#include "services/registry/domain/performance.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <random>

namespace maplebridge::registry {
namespace {

constexpr absl::CivilDay kDay(2026, 10, 9);

Obligation Parts(const std::vector<std::int64_t>& parts) {
  Obligation payment;
  payment.obligation_id = "o1";
  payment.debtor_party_id = "p2";
  payment.creditor_party_id = "p1";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Due due;
    due.instalment = parts.size() == 1 ? 0 : static_cast<int>(i) + 1;
    due.amount_fen = parts[i];
    due.due_day = kDay + 10 * static_cast<int>(i);
    payment.dues.push_back(due);
    payment.amount_fen += parts[i];
  }
  payment.due_day = payment.dues.back().due_day;
  return payment;
}

Obligation Thing(ObligationKind kind) {
  Obligation thing = Parts({0});
  thing.kind = kind;
  return thing;
}

// "1:50 2:10", or the field that is wrong.
std::string Shared(const Obligation& obligation, int instalment, std::int64_t amount,
                   absl::CivilDay day = kDay) {
  const SharingOut out = ShareOut(obligation, {instalment, amount, day});
  if (!out.violations.empty()) return out.violations.front().field;
  std::string text;
  for (const Share& share : out.shares) {
    absl::StrAppend(&text, text.empty() ? "" : " ", share.instalment, ":", share.amount_fen);
  }
  return text;
}

TEST(PerformanceTest, APaymentCountsForTheEarliestThatIsOpen) {
  const Obligation parts = Parts({50, 30, 20});
  EXPECT_EQ(Shared(parts, 0, 0), "1:50 2:30 3:20") << "all that is open";
  EXPECT_EQ(Shared(parts, 0, 60), "1:50 2:10");
  EXPECT_EQ(Shared(parts, 0, 50), "1:50");
  EXPECT_EQ(Shared(parts, 2, 0), "2:30");
  EXPECT_EQ(Shared(parts, 2, 7), "2:7");
  EXPECT_EQ(Shared(Parts({50}), 0, 20), "0:20");
}

TEST(PerformanceTest, NothingIsPaidTwice) {
  const Obligation parts = Parts({50, 30, 20});
  EXPECT_EQ(Shared(parts, 0, 99), "1:50 2:30 3:19");
  EXPECT_EQ(Shared(parts, 0, 100), "1:50 2:30 3:20");
  EXPECT_EQ(Shared(parts, 0, 101), "amount_fen");
  EXPECT_EQ(Shared(parts, 2, 30), "2:30");
  EXPECT_EQ(Shared(parts, 2, 31), "amount_fen");
  EXPECT_EQ(Shared(parts, 0, -1), "amount_fen");
  Obligation half = parts;
  Settle(&half, {{1, 1, 50, kDay}, {2, 2, 10, kDay}});
  EXPECT_EQ(Shared(half, 0, 0), "2:20 3:20");
  EXPECT_EQ(Shared(half, 0, 41), "amount_fen");
  EXPECT_EQ(Shared(half, 2, 21), "amount_fen");
}

TEST(PerformanceTest, WhatIsNotMoneyIsPerformedAsAWhole) {
  for (ObligationKind kind :
       {ObligationKind::kAct, ObligationKind::kDelivery, ObligationKind::kApology}) {
    EXPECT_EQ(Shared(Thing(kind), 0, 0, kDay - 5), "0:0");
    EXPECT_EQ(Shared(Thing(kind), 0, 1), "amount_fen");
    EXPECT_EQ(Shared(Thing(kind), 1, 0), "instalment");
  }
  EXPECT_EQ(Shared(Parts({50}), 1, 0), "instalment");
  EXPECT_EQ(Shared(Parts({50, 50}), 3, 0), "instalment");
  EXPECT_EQ(Shared(Parts({50, 50}), -1, 0), "instalment");
}

TEST(PerformanceTest, AForbearanceIsKeptWhenItsDayHasCome) {
  Obligation forbearance = Thing(ObligationKind::kForbearance);
  EXPECT_EQ(Shared(forbearance, 0, 0, kDay - 1), "performed_day");
  EXPECT_EQ(Shared(forbearance, 0, 0, kDay), "0:0");
  EXPECT_EQ(Shared(forbearance, 0, 0, kDay + 1), "0:0");
  forbearance.due_day.reset();
  EXPECT_EQ(Shared(forbearance, 0, 0, kDay - 1), "0:0") << "one that lasts, when it was found kept";
}

TEST(PerformanceTest, TheLastPartSaysWhenItWasPerformedAndHowLate) {
  Obligation parts = Parts({50, 30});
  parts.dues[0].overdue = true;
  Settle(&parts, {{1, 1, 20, kDay + 9}, {2, 1, 30, kDay + 3}});
  EXPECT_EQ(parts.dues[0].performed_day, kDay + 9);
  EXPECT_EQ(parts.dues[0].days_late(), 9);
  EXPECT_FALSE(parts.dues[0].overdue);
  EXPECT_EQ(parts.performed_day(), std::nullopt);
  EXPECT_EQ(parts.performed_fen(), 50);
  EXPECT_EQ(DaysLate(parts, {3, 2, 30, kDay + 9}), 0);
  EXPECT_EQ(DaysLate(parts, {3, 2, 30, kDay + 10}), 0) << "on its day";
  EXPECT_EQ(DaysLate(parts, {3, 2, 30, kDay + 11}), 1);
  Settle(&parts, {{1, 1, 50, kDay}, {2, 2, 30, kDay + 1}});
  EXPECT_EQ(parts.performed_day(), kDay + 1);
  EXPECT_EQ(parts.days_late(), 0);
}

TEST(PerformanceTest, WhatIsTakenBackIsOpenAgain) {
  Obligation parts = Parts({50, 30});
  const std::vector<Share> all = {{1, 1, 50, kDay}, {2, 2, 30, kDay}};
  Settle(&parts, all);
  EXPECT_TRUE(parts.performed_day().has_value());
  Settle(&parts, {all[1]});
  EXPECT_EQ(parts.performed_fen(), 30);
  EXPECT_FALSE(parts.dues[0].performed_day);
  EXPECT_TRUE(parts.dues[1].performed_day);
  Obligation thing = Thing(ObligationKind::kDelivery);
  Settle(&thing, {{1, 0, 0, kDay}});
  EXPECT_TRUE(thing.performed_day());
  Settle(&thing, {});
  EXPECT_FALSE(thing.performed_day());
}

// In whatever order payments come: the sum is kept, no due holds more than is owed, and the
// earliest is full before the next begins.
TEST(PerformanceTest, SumsAreKeptWhateverIsPaid) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int64_t> amounts(1 + random() % 6);
    for (std::int64_t& amount : amounts) amount = 1 + static_cast<std::int64_t>(random() % 50);
    Obligation parts = Parts(amounts);
    std::vector<Share> shares;
    std::int64_t paid = 0;
    for (int performance = 1; paid < parts.amount_fen; ++performance) {
      const std::int64_t amount = 1 + static_cast<std::int64_t>(random() % 40);
      const SharingOut out = ShareOut(parts, {0, amount, kDay + performance});
      ASSERT_EQ(out.violations.empty(), amount <= parts.amount_fen - paid);
      std::int64_t sum = 0;
      for (Share share : out.shares) {
        share.performance = performance;
        shares.push_back(share);
        sum += share.amount_fen;
      }
      if (!out.violations.empty()) continue;
      ASSERT_EQ(sum, amount);
      paid += amount;
      Settle(&parts, shares);
      ASSERT_EQ(parts.performed_fen(), paid);
      bool is_open = false;
      for (const Due& due : parts.dues) {
        ASSERT_LE(due.performed_fen, due.amount_fen);
        if (is_open) {
          ASSERT_EQ(due.performed_fen, 0);
        }
        is_open = is_open || due.performed_fen < due.amount_fen;
      }
    }
    ASSERT_TRUE(parts.performed_day().has_value());
  }
}

TEST(PerformanceTest, ANewAgreementKeepsWhatWasPerformed) {
  Obligation former = Parts({50, 30});
  const std::vector<Share> shares = {{1, 1, 40, kDay}, {2, 1, 10, kDay + 1}, {2, 2, 15, kDay + 1}};
  Settle(&former, shares);
  Obligation next = Parts({20, 20, 60});
  const SharingOut out = CarryOver(former, shares, next);
  ASSERT_TRUE(out.violations.empty());
  Settle(&next, out.shares);
  EXPECT_EQ(next.performed_fen(), 65);
  EXPECT_EQ(next.dues[2].performed_fen, 25);
  // Each performance keeps its own sum and day.
  std::int64_t second = 0;
  for (const Share& share : out.shares) {
    if (share.performance == 2) second += share.amount_fen;
    EXPECT_EQ(share.day, share.performance == 1 ? kDay : kDay + 1);
  }
  EXPECT_EQ(second, 25);
  EXPECT_TRUE(CarryOver(former, shares, Parts({65})).violations.empty());
  EXPECT_FALSE(CarryOver(former, shares, Parts({64})).violations.empty());
  Obligation thing = Thing(ObligationKind::kAct);
  Settle(&thing, {{3, 0, 0, kDay}});
  const SharingOut carried = CarryOver(thing, {{3, 0, 0, kDay}}, Thing(ObligationKind::kAct));
  ASSERT_EQ(carried.shares.size(), 1u);
  EXPECT_EQ(carried.shares[0].performance, 3);
}

TEST(PerformanceTest, FiguresCountWhatIsOwedPerformedLateAndOverdue) {
  Obligation parts = Parts({50, 30});
  parts.dues[1].overdue = true;
  Settle(&parts, {{1, 1, 50, kDay + 2}});
  Obligation thing = Thing(ObligationKind::kApology);
  thing.obligation_id = "o2";
  PerformanceFigures figures = FiguresOf({parts, thing});
  EXPECT_EQ(figures.obligation_count, 2);
  EXPECT_EQ(figures.performed_count, 0);
  EXPECT_EQ(figures.owed_fen, 80);
  EXPECT_EQ(figures.performed_fen, 50);
  EXPECT_EQ(figures.overdue_count, 1);
  EXPECT_EQ(figures.late_count, 1);
  EXPECT_FALSE(figures.all_performed());
  EXPECT_FALSE(figures.performed_day);
  Settle(&parts, {{1, 1, 50, kDay + 2}, {2, 2, 30, kDay + 20}});
  Settle(&thing, {{3, 0, 0, kDay + 5}});
  figures = FiguresOf({parts, thing});
  EXPECT_TRUE(figures.all_performed());
  EXPECT_EQ(figures.performed_day, kDay + 20);
  EXPECT_EQ(figures.overdue_count, 0);
  EXPECT_EQ(figures.late_count, 3);
}

}  // namespace
}  // namespace maplebridge::registry
