#include "deploy/maplectl_source/simulation/year_rhythm.h"

#include <gtest/gtest.h>

#include <map>

#include "common/calendar/test_calendar.h"

namespace maplebridge::maplectl {
namespace {

class YearRhythmTest : public testing::Test {
 protected:
  const calendar::Calendar calendar_ = calendar::TestCalendar();
  const YearRhythm rhythm_{calendar_, 2026, absl::CivilDay(2026, 12, 31)};
};

TEST_F(YearRhythmTest, WeekendsAndHolidaysAreQuietAndMakeUpDaysAreNot) {
  const double working = rhythm_.WeightOf(Season::kEven, absl::CivilDay(2026, 3, 11));
  EXPECT_LT(rhythm_.WeightOf(Season::kEven, absl::CivilDay(2026, 3, 14)), working);
  // The third day of the National Day holidays, a Saturday, is quieter than a weekend.
  EXPECT_LT(rhythm_.WeightOf(Season::kEven, absl::CivilDay(2026, 10, 3)),
            rhythm_.WeightOf(Season::kEven, absl::CivilDay(2026, 10, 17)));
  // A Saturday that is worked.
  EXPECT_EQ(rhythm_.WeightOf(Season::kEven, absl::CivilDay(2026, 10, 10)), working);
}

TEST_F(YearRhythmTest, WagesAreClaimedBeforeTheSpringFestivalAndNoiseInSummer) {
  const auto count = [this](Season season, int first_month, int last_month) {
    RandomStream stream(7, "season");
    int inside = 0;
    for (int i = 0; i < 5000; ++i) {
      const int month = rhythm_.PickDay(season, stream).month();
      inside += month >= first_month && month <= last_month ? 1 : 0;
    }
    return inside;
  };
  EXPECT_GT(count(Season::kWages, 1, 2) + count(Season::kWages, 12, 12), 2300);
  EXPECT_GT(count(Season::kSummer, 6, 9), 2400);
  EXPECT_GT(count(Season::kTourism, 7, 10), 2200);
  EXPECT_NEAR(count(Season::kEven, 1, 6), 2500, 300);
}

TEST_F(YearRhythmTest, EveryDayIsOfTheYearAndNoneIsPastTheLast) {
  const YearRhythm until_march(calendar_, 2026, absl::CivilDay(2026, 3, 5));
  RandomStream stream(7, "days");
  std::map<absl::CivilDay, int> days;
  for (int i = 0; i < 5000; ++i) ++days[until_march.PickDay(Season::kEven, stream)];
  EXPECT_EQ(days.begin()->first, absl::CivilDay(2026, 1, 1));
  EXPECT_EQ(days.rbegin()->first, absl::CivilDay(2026, 3, 5));
  EXPECT_EQ(until_march.last_day(), absl::CivilDay(2026, 3, 5));
  EXPECT_EQ(YearRhythm(calendar_, 2026, absl::CivilDay(2030, 1, 1)).last_day(),
            absl::CivilDay(2026, 12, 31));
}

}  // namespace
}  // namespace maplebridge::maplectl
