#include "services/analytics/domain/measure.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

namespace maplebridge::analytics {
namespace {

using Day = absl::CivilDay;

absl::Time China(int year, int month, int day, int hour) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), absl::FixedTimeZone(8 * 3600));
}

Fact Dispute() {
  Fact fact;
  fact.resource = "disputes/x";
  fact.revision = 1;
  fact.division = "330102001000";
  fact.organisation = "organisations/a";
  fact.category = "CONTRACT";
  fact.source = "APPLICATION";
  fact.time(Milestone::kOpened) = China(2026, 9, 30, 23);
  return fact;
}

Cell CellOf(const Fact& fact, Tally tally, Day day) {
  return Cell{fact.division, day,         fact.organisation,        fact.court,
              fact.category, fact.source, Measure{fact.kind, tally}};
}

TEST(MeasureTest, ADayIsADayInChina) {
  EXPECT_EQ(ChinaDayOf(China(2026, 9, 30, 23)), Day(2026, 9, 30));
  EXPECT_EQ(ChinaDayOf(China(2026, 10, 1, 0)), Day(2026, 10, 1));
  EXPECT_EQ(ChinaDayOf(China(2026, 10, 1, 0) - absl::Nanoseconds(1)), Day(2026, 9, 30));
}

TEST(MeasureTest, DurationsAreCountedFromTheStepBefore) {
  Fact fact = Dispute();
  fact.time(Milestone::kAccepted) = China(2026, 10, 1, 1);
  fact.time(Milestone::kSettled) = China(2026, 10, 3, 1);
  fact.time(Milestone::kEnded) = China(2026, 10, 3, 1);
  fact.time(Milestone::kPerformed) = China(2026, 10, 13, 1);
  const CellSums expected = {
      {CellOf(fact, Tally::kOpened, Day(2026, 9, 30)), {1, 0}},
      {CellOf(fact, Tally::kAccepted, Day(2026, 10, 1)), {1, 2 * 3600}},
      {CellOf(fact, Tally::kSettled, Day(2026, 10, 3)), {1, 48 * 3600}},
      {CellOf(fact, Tally::kEnded, Day(2026, 10, 3)), {1, 48 * 3600}},
      {CellOf(fact, Tally::kPerformed, Day(2026, 10, 13)), {1, 240 * 3600}},
      {CellOf(fact, Tally::kSettledPerformed, Day(2026, 10, 3)), {1, 0}},
  };
  EXPECT_EQ(CellsOf(fact), expected);
}

TEST(MeasureTest, AClockThatWentBackMakesNoNegativeDuration) {
  Fact fact = Dispute();
  fact.time(Milestone::kAccepted) = China(2026, 9, 30, 20);
  EXPECT_EQ(CellsOf(fact)[CellOf(fact, Tally::kAccepted, Day(2026, 9, 30))], (Sum{1, 0}));
}

TEST(MeasureTest, ACorrectionRestatesOnlyTheCellsItTouches) {
  Fact before = Dispute();
  before.time(Milestone::kAccepted) = China(2026, 10, 1, 1);
  Fact after = before;
  after.time(Milestone::kFailed) = China(2026, 10, 2, 1);
  after.time(Milestone::kEnded) = China(2026, 10, 2, 1);
  EXPECT_EQ(Restatement(before, after),
            (CellSums{{CellOf(after, Tally::kFailed, Day(2026, 10, 2)), {1, 24 * 3600}},
                      {CellOf(after, Tally::kEnded, Day(2026, 10, 2)), {1, 24 * 3600}}}));
  Fact moved = before;
  moved.organisation = "organisations/b";
  EXPECT_EQ(Restatement(before, moved),
            (CellSums{{CellOf(before, Tally::kOpened, Day(2026, 9, 30)), {-1, 0}},
                      {CellOf(before, Tally::kAccepted, Day(2026, 10, 1)), {-1, -2 * 3600}},
                      {CellOf(moved, Tally::kOpened, Day(2026, 9, 30)), {1, 0}},
                      {CellOf(moved, Tally::kAccepted, Day(2026, 10, 1)), {1, 2 * 3600}}}));
  EXPECT_TRUE(Restatement(before, before).empty());
}

// Whatever changes in between, the restatements add up to the cells of the last fact.
TEST(MeasureTest, RestatementsAddUpToTheWhole) {
  const unsigned seed = 20260928;
  std::mt19937 random(seed);
  const std::vector<std::string> states = {"REPORTED", "ACCEPTED",         "MEDIATING",
                                           "AGREED",   "PERFORMED",        "CLOSED_FAILED",
                                           "ARCHIVED", "CLOSED_WITHDRAWN", "CLOSED_SET_ASIDE"};
  for (int round = 0; round < 200; ++round) {
    Fact fact;
    CellSums live;
    for (int revision = 1; revision <= 12; ++revision) {
      Change change;
      change.resource = "disputes/x";
      change.revision = revision - static_cast<int>(random() % 3 == 0);  // some are replays
      change.event_time = China(2026, 9, 1, 0) + absl::Hours(random() % 2000);
      change.division = random() % 4 == 0 ? "330106000000" : "330102001000";
      change.organisation = random() % 4 == 0 ? "organisations/b" : "organisations/a";
      change.to_state = states[random() % states.size()];
      const Fact next = Apply(fact, change);
      for (const auto& [cell, sum] : Restatement(fact, next)) {
        live[cell].count += sum.count;
        live[cell].seconds += sum.seconds;
      }
      std::erase_if(live, [](const auto& entry) { return entry.second == Sum{}; });
      fact = next;
      ASSERT_EQ(live, CellsOf(fact)) << "seed " << seed << " round " << round;
    }
  }
}

TEST(MeasureTest, WordsAreReadBack) {
  std::set<std::string> words;
  for (FactKind kind : kFactKinds) {
    for (Tally tally : kTallies) {
      const Measure measure{kind, tally};
      EXPECT_TRUE(words.insert(Word(measure)).second);
      EXPECT_EQ(MeasureOf(Word(measure)), measure);
    }
  }
  EXPECT_EQ(MeasureOf("DISPUTE"), std::nullopt);
}

}  // namespace
}  // namespace maplebridge::analytics
