#include "services/roster/domain/organisation_clock.h"

#include <gtest/gtest.h>

namespace maplebridge::roster {
namespace {

using Day = absl::CivilDay;

// A calendar that knows 2026 with one holiday, Friday 9 January.
calendar::Calendar SmallCalendar() {
  auto calendar =
      calendar::Calendar::Create({2026}, {{absl::CivilDay(2026, 1, 9), false, "a holiday"}});
  EXPECT_TRUE(calendar.ok()) << calendar.status();
  return *std::move(calendar);
}

std::optional<RunningClock> Started(OrganisationState state, absl::CivilDay day) {
  auto clock = StartClock(SmallCalendar(), state, calendar::StartOfChinaDay(day) + absl::Hours(10));
  EXPECT_TRUE(clock.ok()) << clock.status();
  return *std::move(clock);
}

TEST(OrganisationClockTest, EachStateCountsByItsOwnRule) {
  struct Case {
    OrganisationState state;
    absl::CivilDay from;
    std::string kind;
    absl::CivilDay due_day;
  };
  const Case cases[] = {
      // Thursday 1 January and 180 days: Tuesday 30 June.
      {OrganisationState::kDraft, Day(2026, 1, 1), "DRAFT_LAPSE", Day(2026, 6, 30)},
      // 180 days end on Saturday 4 July and go on to Monday.
      {OrganisationState::kDraft, Day(2026, 1, 5), "DRAFT_LAPSE", Day(2026, 7, 6)},
      // 20 working days after Monday 5 January, without the holiday on the 9th.
      {OrganisationState::kFiled, Day(2026, 1, 5), "PUBLICATION", Day(2026, 2, 3)},
      {OrganisationState::kSuspended, Day(2026, 1, 5), "SUSPENSION_REVIEW", Day(2026, 7, 6)},
      // Three years on: Friday 5 January 2029.
      {OrganisationState::kPublished, Day(2026, 1, 5), "TERM", Day(2029, 1, 5)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(Word(c.state)));
    const std::optional<RunningClock> clock = Started(c.state, c.from);
    ASSERT_TRUE(clock.has_value());
    EXPECT_EQ(clock->kind, c.kind);
    EXPECT_EQ(clock->deadline.due_day, c.due_day);
    EXPECT_EQ(clock->deadline.due, calendar::StartOfChinaDay(c.due_day + 1));
    EXPECT_EQ(clock->deadline.provisional, c.due_day.year() != 2026);
  }
}

TEST(OrganisationClockTest, NothingRunsAfterTheEnd) {
  EXPECT_FALSE(Started(OrganisationState::kRevoked, absl::CivilDay(2026, 1, 5)).has_value());
}

TEST(OrganisationClockTest, TheDescriptionTellsKindLengthAndEffect) {
  const std::string text = DescribeClock(*FindClock(OrganisationState::kFiled));
  EXPECT_EQ(text,
            "PUBLICATION, 20 working days: the county bureau is reminded to publish or revoke; the "
            "clock starts again");
}

}  // namespace
}  // namespace maplebridge::roster
