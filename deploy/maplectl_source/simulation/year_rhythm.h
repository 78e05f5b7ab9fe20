// When things happen in a county: the week, the holidays, the seasons of each kind of dispute.
#pragma once

#include <absl/time/civil_time.h>

#include <array>
#include <vector>

#include "common/calendar/working_calendar.h"
#include "deploy/maplectl_source/simulation/random_stream.h"

namespace maplebridge::maplectl {

enum class Season {
  kEven,
  // Wages are claimed before the Spring Festival: December to February.
  kWages,
  // Noise, water, damages, open windows: June to September.
  kSummer,
  // Journeys: May, July and August, October.
  kTourism,
  // Fields, forests and building: March to May, September.
  kPlanting,
};
inline constexpr int kSeasonCount = 5;

class YearRhythm {
 public:
  // Days of `year` up to `last_day`; at least its 1 January.
  YearRhythm(const calendar::Calendar& calendar, int year, absl::CivilDay last_day);

  absl::CivilDay PickDay(Season season, RandomStream& stream) const;
  // How likely the day is beside an ordinary working day of an even season, 1.
  double WeightOf(Season season, absl::CivilDay day) const;
  absl::CivilDay first_day() const { return first_day_; }
  absl::CivilDay last_day() const { return first_day_ + static_cast<int>(days_.size()) - 1; }

 private:
  absl::CivilDay first_day_;
  // By day: what the week and the holidays make of it.
  std::vector<double> days_;
  // By season: sums of the weights up to each day.
  std::array<std::vector<double>, kSeasonCount> sums_;
};

}  // namespace maplebridge::maplectl
