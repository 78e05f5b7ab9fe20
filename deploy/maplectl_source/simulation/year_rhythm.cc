#include "deploy/maplectl_source/simulation/year_rhythm.h"

#include <algorithm>

namespace maplebridge::maplectl {
namespace {

constexpr double kWeekend = 0.5;
constexpr double kHoliday = 0.12;
// After work begins again, what waited comes in.
constexpr double kMonday = 1.2;

// By month from January.
constexpr double kMonths[kSeasonCount][12] = {
    {1, 0.8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {3.2, 2.0, 0.6, 0.5, 0.5, 0.6, 0.6, 0.6, 0.7, 0.8, 1.2, 2.6},
    {0.7, 0.6, 0.8, 0.9, 1.1, 1.5, 1.9, 1.9, 1.4, 1.0, 0.8, 0.7},
    {0.5, 0.7, 0.6, 0.9, 1.7, 1.0, 1.9, 2.0, 0.8, 2.2, 0.5, 0.4},
    {0.5, 0.6, 1.7, 1.8, 1.5, 1.0, 0.8, 0.7, 1.5, 1.1, 0.8, 0.6},
};

double WeekWeight(const calendar::Calendar& calendar, absl::CivilDay day) {
  if (calendar.IsWorkingDay(day)) {
    return absl::GetWeekday(day) == absl::Weekday::monday ? kMonday : 1;
  }
  return calendar.FindSpecialDay(day) != nullptr ? kHoliday : kWeekend;
}

}  // namespace

YearRhythm::YearRhythm(const calendar::Calendar& calendar, int year, absl::CivilDay last_day)
    : first_day_(year, 1, 1) {
  const absl::CivilDay end = std::max(first_day_, std::min(last_day, absl::CivilDay(year, 12, 31)));
  for (absl::CivilDay day = first_day_; day <= end; ++day) {
    days_.push_back(WeekWeight(calendar, day));
  }
  for (int season = 0; season < kSeasonCount; ++season) {
    double sum = 0;
    for (std::size_t i = 0; i < days_.size(); ++i) {
      sum += WeightOf(static_cast<Season>(season), first_day_ + static_cast<int>(i));
      sums_[static_cast<std::size_t>(season)].push_back(sum);
    }
  }
}

double YearRhythm::WeightOf(Season season, absl::CivilDay day) const {
  return days_[static_cast<std::size_t>(day - first_day_)] *
         kMonths[static_cast<int>(season)][day.month() - 1];
}

absl::CivilDay YearRhythm::PickDay(Season season, RandomStream& stream) const {
  const std::vector<double>& sums = sums_[static_cast<std::size_t>(season)];
  const double drawn = stream.Share() * sums.back();
  const auto found = std::upper_bound(sums.begin(), sums.end() - 1, drawn);
  return first_day_ + static_cast<int>(found - sums.begin());
}

}  // namespace maplebridge::maplectl
