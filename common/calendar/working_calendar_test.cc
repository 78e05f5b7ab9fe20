#include "common/calendar/working_calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/calendar/test_calendar.h"

namespace maplebridge::calendar {
namespace {

using ::testing::HasSubstr;

TEST(WorkingCalendarTest, DayOfATimeIsTheDayInChina) {
  absl::Time time;
  std::string error;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-09-30T15:59:59Z", &time, &error));
  EXPECT_EQ(ChinaDay(time), absl::CivilDay(2026, 9, 30));
  EXPECT_EQ(ChinaDay(time + absl::Seconds(1)), absl::CivilDay(2026, 10, 1));
  EXPECT_EQ(StartOfChinaDay(absl::CivilDay(2026, 10, 1)), time + absl::Seconds(1));
}

TEST(WorkingCalendarTest, NationalDay2026HasSevenHolidaysAndTwoMakeUpDays) {
  const Calendar calendar = TestCalendar();
  for (absl::CivilDay day(2026, 10, 1); day <= absl::CivilDay(2026, 10, 7); ++day) {
    EXPECT_FALSE(calendar.IsWorkingDay(day)) << day;
  }
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2026, 9, 30)));
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2026, 10, 8)));
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2026, 9, 20))) << "a make-up Sunday";
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2026, 10, 10))) << "a make-up Saturday";
  EXPECT_FALSE(calendar.IsWorkingDay(absl::CivilDay(2026, 10, 11)));
  EXPECT_EQ(calendar.WorkingDayFrom(absl::CivilDay(2026, 10, 1)), absl::CivilDay(2026, 10, 8));
  EXPECT_EQ(calendar.WorkingDayFrom(absl::CivilDay(2026, 10, 8)), absl::CivilDay(2026, 10, 8));
}

TEST(WorkingCalendarTest, YearWithoutNoticeKnowsWeekendsOnlyAndIsProvisional) {
  const Calendar calendar = TestCalendar();
  EXPECT_TRUE(calendar.IsProvisional(absl::CivilDay(2027, 10, 1)));
  EXPECT_TRUE(calendar.IsProvisional(absl::CivilDay(2025, 10, 1)));
  EXPECT_FALSE(calendar.IsProvisional(absl::CivilDay(2026, 12, 31)));
  EXPECT_TRUE(calendar.IsWorkingDay(absl::CivilDay(2027, 10, 1)));
  EXPECT_FALSE(calendar.IsWorkingDay(absl::CivilDay(2027, 10, 2)));
}

TEST(WorkingCalendarTest, WrongNoticeIsRefusedAndNamesTheField) {
  EXPECT_THAT(Calendar::Create({}, {}).status().ToString(), HasSubstr("years"));
  EXPECT_THAT(
      Calendar::Create({2026}, {{absl::CivilDay(2027, 1, 1), false, "元旦"}}).status().ToString(),
      HasSubstr("days: 2027-01-01"));
  EXPECT_THAT(Calendar::Create({2026}, {{absl::CivilDay(2026, 1, 1), false, "元旦"},
                                        {absl::CivilDay(2026, 1, 1), true, "元旦"}})
                  .status()
                  .message(),
              HasSubstr("named twice"));
}

}  // namespace
}  // namespace maplebridge::calendar
