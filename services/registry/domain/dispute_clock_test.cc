#include "services/registry/domain/dispute_clock.h"

#include <gtest/gtest.h>

#include "common/calendar/test_calendar.h"

namespace maplebridge::registry {
namespace {

using State = DisputeState;

// 28 September 2026, 15:00 in China: three days before the National Day holiday (1 to 7 October;
// 10 October is a make-up day).
absl::Time Monday() {
  return calendar::StartOfChinaDay(absl::CivilDay(2026, 9, 28)) + absl::Hours(15);
}

RunningClock Start(State state, std::string_view category = "CONTRACT") {
  ClockInput input;
  input.state = state;
  input.category = category;
  input.now = Monday();
  if (state == State::kSuspended) input.suspended_until = absl::CivilDay(2026, 10, 20);
  return *StartClock(calendar::TestCalendar(), input);
}

TEST(DisputeClockTest, EachStateCountsAcrossTheHoliday) {
  // 29 and 30 September, 8 October.
  EXPECT_EQ(Start(State::kReported).deadline.due_day, absl::CivilDay(2026, 10, 8));
  EXPECT_EQ(Start(State::kReported).kind, "accept");
  // 30 days end on 28 October, a Wednesday.
  EXPECT_EQ(Start(State::kAccepted).deadline.due_day, absl::CivilDay(2026, 10, 28));
  EXPECT_EQ(Start(State::kAccepted).kind, "mediation");
  // 15 days end on 13 October.
  EXPECT_EQ(Start(State::kAccepted, "LABOUR").deadline.due_day, absl::CivilDay(2026, 10, 13));
  // 30 working days: 2 in September, 8, 9, 10 and 12 to 16, 19 to 23, 26 to 30 October are 20, and
  // ten more from 2 November.
  EXPECT_EQ(Start(State::kAccepted, "MEDICAL").deadline.due_day, absl::CivilDay(2026, 11, 13));
  EXPECT_EQ(Start(State::kConcluding).deadline.due_day, absl::CivilDay(2026, 10, 8));
  EXPECT_EQ(Start(State::kConcluding).kind, "confirm");
  EXPECT_EQ(Start(State::kClosedFailed).deadline.due_day, absl::CivilDay(2026, 10, 28));
  EXPECT_EQ(Start(State::kArchived).kind, "");
}

TEST(DisputeClockTest, OfLabourTheLimitIsCountedFromTheReceiptOfTheApplication) {
  ClockInput input;
  input.state = State::kAccepted;
  input.now = Monday();
  input.receive_time = Monday() - 3 * absl::Hours(24);
  for (const auto& [category, day] : {std::pair{"LABOUR", absl::CivilDay(2026, 10, 10)},
                                      std::pair{"CONTRACT", absl::CivilDay(2026, 10, 28)}}) {
    input.category = category;
    const RunningClock clock = *StartClock(calendar::TestCalendar(), input);
    EXPECT_EQ(clock.deadline.due_day, day) << category;
  }
  input.category = "LABOUR";
  EXPECT_EQ(StartClock(calendar::TestCalendar(), input)->from, input.receive_time);
}

TEST(DisputeClockTest, ADayThatOthersSetIsTakenAsItIs) {
  ClockInput input;
  input.state = State::kMediating;
  input.category = "CONTRACT";
  input.now = Monday();
  input.referral_due_day = absl::CivilDay(2026, 10, 5);
  auto clock = StartClock(calendar::TestCalendar(), input);
  ASSERT_TRUE(clock.ok());
  EXPECT_EQ(clock->deadline.due_day, absl::CivilDay(2026, 10, 5));
  EXPECT_EQ(clock->deadline.due, calendar::StartOfChinaDay(absl::CivilDay(2026, 10, 6)));

  input.state = State::kAgreed;
  input.next_due_day = absl::CivilDay(2026, 10, 3);
  clock = StartClock(calendar::TestCalendar(), input);
  ASSERT_TRUE(clock.ok());
  EXPECT_EQ(clock->kind, "performance");
  EXPECT_EQ(clock->deadline.due_day, absl::CivilDay(2026, 10, 3));
}

TEST(DisputeClockTest, EveryStateThatIsNotFinalStartsItsClockAndHasAReminder) {
  for (int s = 1; s < kDisputeStateCount; ++s) {
    const auto state = static_cast<State>(s);
    EXPECT_EQ(Start(state).kind, ClockOf(state).kind) << Word(state);
    if (IsFinal(state)) continue;
    auto reminder = StartReminder(calendar::TestCalendar(), state, Monday());
    ASSERT_TRUE(reminder.ok());
    EXPECT_EQ(reminder->kind, ClockOf(state).kind);
    EXPECT_GT(reminder->deadline.due, Monday());
  }
}

TEST(DisputeClockTest, ALimitThatStoodStillGoesOnWithWhatWasLeft) {
  const calendar::Calendar& days = calendar::TestCalendar();
  // Suspended on 7 October: of 30 days, 29 September to 6 October are used.
  const absl::Time stop = calendar::StartOfChinaDay(absl::CivilDay(2026, 10, 7)) + absl::Hours(9);
  auto rest = RestOfLimit(days, {Monday(), {calendar::DeadlineRule::kCalendar, 30}}, stop);
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->length, 22);
  ClockInput input;
  input.state = State::kMediating;
  input.category = "CONTRACT";
  input.now = calendar::StartOfChinaDay(absl::CivilDay(2026, 11, 2));
  input.rest = *rest;
  auto clock = StartClock(days, input);
  ASSERT_TRUE(clock.ok()) << clock.status();
  // 22 days from 3 November, a Tuesday: 24 November.
  EXPECT_EQ(clock->deadline.due_day, absl::CivilDay(2026, 11, 24));
  EXPECT_EQ(clock->period->length, 22);
}

TEST(DisputeClockTest, AMedicalLimitKeepsItsWorkingDaysOverASuspension) {
  const absl::Time stop = calendar::StartOfChinaDay(absl::CivilDay(2026, 10, 9));
  auto rest = RestOfLimit(calendar::TestCalendar(),
                          {Monday(), {calendar::DeadlineRule::kWorking, 30}}, stop);
  ASSERT_TRUE(rest.ok()) << rest.status();
  // 29 and 30 September and 8 October are used.
  EXPECT_EQ(rest->rule, calendar::DeadlineRule::kWorking);
  EXPECT_EQ(rest->length, 27);
}

TEST(DisputeClockTest, ALimitThatRanOutHasNothingLeft) {
  EXPECT_TRUE(absl::IsFailedPrecondition(
      RestOfLimit(calendar::TestCalendar(), {Monday(), {calendar::DeadlineRule::kCalendar, 3}},
                  Monday() + absl::Hours(24 * 15))
          .status()));
}

TEST(DisputeClockTest, AnOfferOfTransferStandsThreeWorkingDays) {
  auto deadline = TransferDeadline(calendar::TestCalendar(), BuiltInRules(), Dispute(), Monday());
  ASSERT_TRUE(deadline.ok());
  EXPECT_EQ(deadline->due_day, absl::CivilDay(2026, 10, 8));
}

TEST(DisputeClockTest, ConfirmationWindowIsThirtyDaysFromTheEffectiveDay) {
  auto deadline = ConfirmationDeadline(calendar::TestCalendar(), absl::CivilDay(2026, 9, 1));
  ASSERT_TRUE(deadline.ok());
  // 1 October is a holiday: the first working day after it.
  EXPECT_EQ(deadline->due_day, absl::CivilDay(2026, 10, 8));
}

}  // namespace
}  // namespace maplebridge::registry
