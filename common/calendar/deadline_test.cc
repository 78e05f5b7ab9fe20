#include "common/calendar/deadline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/calendar/test_calendar.h"

namespace maplebridge::calendar {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, absl::string_view(text.data(), text.size()),
                              &time, &error))
      << error;
  return time;
}

absl::Time Noon(absl::CivilDay day) { return StartOfChinaDay(day) + absl::Hours(12); }

struct Golden {
  std::string_view name;
  std::string_view from;
  DeadlineRule rule;
  int length;
  std::string_view due;  // exclusive
  bool provisional = false;
};

class GoldenTest : public testing::TestWithParam<Golden> {};

TEST_P(GoldenTest, EndsAsTheLawSays) {
  const Golden& row = GetParam();
  const auto deadline = CountDeadline(TestCalendar(), At(row.from), row.rule, row.length);
  ASSERT_TRUE(deadline.ok()) << deadline.status();
  EXPECT_EQ(deadline->due, At(row.due)) << absl::FormatTime(deadline->due, ChinaTime());
  EXPECT_EQ(StartOfChinaDay(deadline->due_day + 1), deadline->due);
  EXPECT_EQ(deadline->provisional, row.provisional);
  EXPECT_FALSE(deadline->because.empty());
}

constexpr auto kWorking = DeadlineRule::kWorking;
constexpr auto kCalendar = DeadlineRule::kCalendar;
constexpr auto kMonths = DeadlineRule::kMonths;

INSTANTIATE_TEST_SUITE_P(
    Rows, GoldenTest,
    testing::Values(
        Golden{"PlainWeek", "2026-11-24T10:00:00+08:00", kWorking, 3, "2026-11-28T00:00:00+08:00"},
        Golden{"OverTheWeekend", "2026-11-26T10:00:00+08:00", kWorking, 3,
               "2026-12-02T00:00:00+08:00"},
        Golden{"NationalDayOne", "2026-09-30T10:00:00+08:00", kWorking, 1,
               "2026-10-09T00:00:00+08:00"},
        Golden{"MakeUpSaturdayCounts", "2026-09-30T10:00:00+08:00", kWorking, 3,
               "2026-10-11T00:00:00+08:00"},
        Golden{"AfterMakeUpSaturday", "2026-09-30T10:00:00+08:00", kWorking, 4,
               "2026-10-13T00:00:00+08:00"},
        Golden{"MakeUpSundayCounts", "2026-09-17T10:00:00+08:00", kWorking, 3,
               "2026-09-22T00:00:00+08:00"},
        Golden{"MidAutumn", "2026-09-24T10:00:00+08:00", kWorking, 3, "2026-10-01T00:00:00+08:00"},
        Golden{"SpringFestival", "2026-02-12T10:00:00+08:00", kWorking, 3,
               "2026-02-25T00:00:00+08:00"},
        Golden{"LeapDayIsAWorkingDay", "2024-02-27T10:00:00+08:00", kWorking, 2,
               "2024-03-01T00:00:00+08:00"},
        Golden{"DayBeforeTheHoliday", "2026-09-01T10:00:00+08:00", kCalendar, 29,
               "2026-10-01T00:00:00+08:00"},
        Golden{"FirstHolidayRolls", "2026-09-01T10:00:00+08:00", kCalendar, 30,
               "2026-10-09T00:00:00+08:00"},
        Golden{"LastHolidayRolls", "2026-09-07T10:00:00+08:00", kCalendar, 30,
               "2026-10-09T00:00:00+08:00"},
        Golden{"DayAfterTheHoliday", "2026-09-08T10:00:00+08:00", kCalendar, 30,
               "2026-10-09T00:00:00+08:00"},
        Golden{"EndOnMakeUpSaturdayStays", "2026-09-10T10:00:00+08:00", kCalendar, 30,
               "2026-10-11T00:00:00+08:00"},
        Golden{"RollsOverWeekendAndSpringFestival", "2026-01-16T10:00:00+08:00", kCalendar, 30,
               "2026-02-25T00:00:00+08:00"},
        Golden{"LeapDay", "2024-01-30T10:00:00+08:00", kCalendar, 30, "2024-03-01T00:00:00+08:00"},
        Golden{"LastSecondOfADay", "2026-11-24T23:59:59+08:00", kCalendar, 1,
               "2026-11-26T00:00:00+08:00"},
        Golden{"MidnightIsTheNextDay", "2026-11-25T00:00:00+08:00", kCalendar, 1,
               "2026-11-27T00:00:00+08:00"},
        Golden{"EveningInUtcIsTomorrowInChina", "2026-11-24T16:00:00Z", kCalendar, 1,
               "2026-11-27T00:00:00+08:00"},
        Golden{"AfternoonInUtcIsTodayInChina", "2026-11-24T15:59:59Z", kCalendar, 1,
               "2026-11-26T00:00:00+08:00"},
        Golden{"OtherOffset", "2026-11-23T20:00:00-05:00", kCalendar, 1,
               "2026-11-26T00:00:00+08:00"},
        Golden{"SameNumber", "2026-10-20T10:00:00+08:00", kMonths, 1, "2026-11-21T00:00:00+08:00"},
        Golden{"MonthWithoutThatNumberRolls", "2026-01-31T10:00:00+08:00", kMonths, 1,
               "2026-03-01T00:00:00+08:00"},
        Golden{"LeapDayEndsJanuary31PlusOne", "2024-01-31T10:00:00+08:00", kMonths, 1,
               "2024-03-01T00:00:00+08:00"},
        Golden{"FromLeapDayAYear", "2024-02-29T10:00:00+08:00", kMonths, 24,
               "2026-03-01T00:00:00+08:00"},
        Golden{"MonthEndsOnHolidayRolls", "2026-09-03T10:00:00+08:00", kMonths, 1,
               "2026-10-09T00:00:00+08:00"},
        Golden{"WorkingIntoYearWithoutCalendar", "2026-12-30T10:00:00+08:00", kWorking, 3,
               "2027-01-05T00:00:00+08:00", true},
        Golden{"LastLoadedDayIsNotProvisional", "2026-12-30T10:00:00+08:00", kWorking, 1,
               "2027-01-01T00:00:00+08:00", false},
        Golden{"CalendarIntoYearWithoutCalendar", "2026-12-15T10:00:00+08:00", kCalendar, 31,
               "2027-01-16T00:00:00+08:00", true},
        Golden{"MonthsIntoYearWithoutCalendar", "2026-12-02T10:00:00+08:00", kMonths, 1,
               "2027-01-05T00:00:00+08:00", true}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(DeadlineTest, EveryStepIsExplained) {
  const auto deadline =
      CountDeadline(TestCalendar(), Noon(absl::CivilDay(2026, 9, 30)), kWorking, 3);
  ASSERT_TRUE(deadline.ok());
  EXPECT_THAT(deadline->because, Contains(HasSubstr("2026-09-30 is the day it starts from")));
  EXPECT_THAT(deadline->because, Contains("2026-10-01 to 2026-10-07 is 国庆节 and does not count"));
  EXPECT_THAT(deadline->because, Contains("2026-10-10 makes up for 国庆节 and counts"));
  const auto rolled =
      CountDeadline(TestCalendar(), Noon(absl::CivilDay(2026, 9, 1)), kCalendar, 30);
  ASSERT_TRUE(rolled.ok());
  EXPECT_THAT(rolled->because, Contains(HasSubstr("2026-10-01 is 国庆节: the period ends on")));
  const auto later = CountDeadline(TestCalendar(), Noon(absl::CivilDay(2026, 12, 30)), kWorking, 3);
  ASSERT_TRUE(later.ok());
  EXPECT_THAT(later->because, Contains(HasSubstr("no calendar is loaded for 2027")));
}

TEST(DeadlineTest, IsInTimeUntilTheLastMomentOfTheDay) {
  const auto deadline =
      CountDeadline(TestCalendar(), Noon(absl::CivilDay(2026, 11, 24)), kCalendar, 1);
  ASSERT_TRUE(deadline.ok());
  EXPECT_FALSE(deadline->IsPast(deadline->due - absl::Nanoseconds(1)));
  EXPECT_TRUE(deadline->IsPast(deadline->due));
  EXPECT_TRUE(deadline->IsPast(deadline->due + absl::Nanoseconds(1)));
}

TEST(DeadlineTest, WrongInputIsRefusedAndNamesTheField) {
  const Calendar calendar = TestCalendar();
  const absl::Time from = Noon(absl::CivilDay(2026, 11, 24));
  for (const auto& [rule, length] : std::vector<std::pair<DeadlineRule, int>>{
           {kWorking, 0}, {kCalendar, -1}, {kCalendar, 36'501}, {kMonths, 1'201}}) {
    const auto deadline = CountDeadline(calendar, from, rule, length);
    EXPECT_EQ(deadline.status().code(), absl::StatusCode::kInvalidArgument) << length;
    EXPECT_THAT(deadline.status().ToString(), testing::HasSubstr(": length: "));
  }
  EXPECT_TRUE(CountDeadline(calendar, from, kCalendar, 36'500).ok());
  EXPECT_TRUE(CountDeadline(calendar, from, kMonths, 1'200).ok());
  for (const absl::Time wrong : {absl::InfinitePast(), absl::InfiniteFuture()}) {
    EXPECT_THAT(CountDeadline(calendar, wrong, kCalendar, 1).status().ToString(),
                testing::HasSubstr(": from: "));
  }
}

// A law of the count, whatever the calendar: the due day is a working day, and one day more of
// length, or a start one day later, never ends earlier.
TEST(DeadlineTest, IsMonotoneAndEndsOnAWorkingDay) {
  const Calendar calendar = TestCalendar();
  for (const DeadlineRule rule : {kWorking, kCalendar, kMonths}) {
    for (absl::CivilDay day(2026, 1, 1); day < absl::CivilDay(2027, 1, 1); ++day) {
      const auto deadline = CountDeadline(calendar, Noon(day), rule, 7);
      const auto longer = CountDeadline(calendar, Noon(day), rule, 8);
      const auto later = CountDeadline(calendar, Noon(day + 1), rule, 7);
      ASSERT_TRUE(deadline.ok() && longer.ok() && later.ok());
      EXPECT_TRUE(calendar.IsWorkingDay(deadline->due_day)) << day;
      EXPECT_GE(longer->due_day, deadline->due_day) << day;
      EXPECT_GE(later->due_day, deadline->due_day) << day;
    }
  }
}

TEST(SuspensionTest, CalendarDaysLeftStartWithTheDayOfSuspension) {
  const Calendar calendar = TestCalendar();
  const absl::Time from = Noon(absl::CivilDay(2026, 11, 2));  // 30 days end on 2026-12-02
  const Period period{kCalendar, 30};
  struct Row {
    absl::CivilDay suspended;
    int left;
  };
  for (const Row& row :
       {Row{absl::CivilDay(2026, 11, 2), 30}, Row{absl::CivilDay(2026, 11, 3), 30},
        Row{absl::CivilDay(2026, 11, 4), 29}, Row{absl::CivilDay(2026, 11, 12), 21},
        Row{absl::CivilDay(2026, 12, 2), 1}}) {
    const auto rest = SuspendPeriod(calendar, from, period, Noon(row.suspended));
    ASSERT_TRUE(rest.ok()) << rest.status();
    EXPECT_EQ(rest->length, row.left) << row.suspended;
    EXPECT_EQ(rest->rule, kCalendar);
  }
  EXPECT_EQ(
      SuspendPeriod(calendar, from, period, Noon(absl::CivilDay(2026, 12, 3))).status().code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      SuspendPeriod(calendar, from, period, Noon(absl::CivilDay(2026, 11, 1))).status().ToString(),
      testing::HasSubstr(": suspended: "));
}

TEST(SuspensionTest, RestRunsFromTheDayAfterResumption) {
  const Calendar calendar = TestCalendar();
  const auto rest = SuspendPeriod(calendar, Noon(absl::CivilDay(2026, 11, 2)), {kCalendar, 30},
                                  Noon(absl::CivilDay(2026, 11, 12)));
  ASSERT_TRUE(rest.ok());
  const auto deadline = ResumePeriod(calendar, *rest, Noon(absl::CivilDay(2026, 11, 19)));
  ASSERT_TRUE(deadline.ok());
  EXPECT_EQ(deadline->due_day, absl::CivilDay(2026, 12, 10));  // 21 days after the 19th
  EXPECT_THAT(deadline->because.front(), HasSubstr("resumed on 2026-11-19 with 21 days left"));
}

TEST(SuspensionTest, WorkingDaysLeftStayWorkingDays) {
  const Calendar calendar = TestCalendar();
  // Ten working days after 2026-09-23 end on 2026-10-14, Saturday the 10th a working day.
  const auto whole = CountDeadline(calendar, Noon(absl::CivilDay(2026, 9, 23)), kWorking, 10);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->due_day, absl::CivilDay(2026, 10, 14));
  const auto rest = SuspendPeriod(calendar, Noon(absl::CivilDay(2026, 9, 23)), {kWorking, 10},
                                  Noon(absl::CivilDay(2026, 10, 3)));
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->rule, kWorking);
  EXPECT_EQ(rest->length, 6);  // 24, 28, 29, 30 September are used
  EXPECT_EQ(ResumePeriod(calendar, *rest, Noon(absl::CivilDay(2026, 10, 5)))->due_day,
            absl::CivilDay(2026, 10, 14))
      << "a suspension within a holiday costs nothing";
}

TEST(SuspensionTest, MonthsBecomeDaysOnceSomeHaveRun) {
  const Calendar calendar = TestCalendar();
  const absl::Time from = Noon(absl::CivilDay(2026, 10, 12));
  EXPECT_EQ(SuspendPeriod(calendar, from, {kMonths, 1}, from)->rule, kMonths);
  const auto rest = SuspendPeriod(calendar, from, {kMonths, 1}, Noon(absl::CivilDay(2026, 11, 10)));
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->rule, kCalendar);
  EXPECT_EQ(rest->length, 3);
}

TEST(SuspensionTest, WhileTheEndRollsOverAHolidayOneDayIsLeft) {
  const Calendar calendar = TestCalendar();
  const auto rest = SuspendPeriod(calendar, Noon(absl::CivilDay(2026, 9, 1)), {kCalendar, 30},
                                  Noon(absl::CivilDay(2026, 10, 5)));
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->length, 1);
}

}  // namespace
}  // namespace maplebridge::calendar
