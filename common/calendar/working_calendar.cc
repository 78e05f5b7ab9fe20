#include "common/calendar/working_calendar.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace maplebridge::calendar {

absl::TimeZone ChinaTime() {
  static const absl::TimeZone zone = absl::FixedTimeZone(8 * 60 * 60);
  return zone;
}

absl::CivilDay ChinaDay(absl::Time time) { return absl::ToCivilDay(time, ChinaTime()); }

absl::Time StartOfChinaDay(absl::CivilDay day) { return absl::FromCivil(day, ChinaTime()); }

absl::StatusOr<Calendar> Calendar::Create(std::vector<int> years, std::vector<SpecialDay> days) {
  if (years.empty()) return absl::InvalidArgumentError("years: a calendar needs at least one year");
  std::sort(years.begin(), years.end());
  years.erase(std::unique(years.begin(), years.end()), years.end());
  std::sort(days.begin(), days.end(),
            [](const SpecialDay& left, const SpecialDay& right) { return left.day < right.day; });
  Calendar calendar;
  calendar.years_ = std::move(years);
  for (size_t i = 0; i < days.size(); ++i) {
    if (!calendar.IsLoadedYear(days[i].day.year())) {
      return absl::InvalidArgumentError(absl::StrCat("days: ", absl::FormatCivilTime(days[i].day),
                                                     " lies outside the years that are loaded"));
    }
    if (i > 0 && days[i].day == days[i - 1].day) {
      return absl::InvalidArgumentError(absl::StrCat("days: ", absl::FormatCivilTime(days[i].day),
                                                     " is named twice; a day has one meaning"));
    }
  }
  calendar.days_ = std::move(days);
  return calendar;
}

bool Calendar::IsLoadedYear(absl::civil_year_t year) const {
  return std::binary_search(years_.begin(), years_.end(), year);
}

const SpecialDay* Calendar::FindSpecialDay(absl::CivilDay day) const {
  auto found = std::lower_bound(
      days_.begin(), days_.end(), day,
      [](const SpecialDay& special, absl::CivilDay wanted) { return special.day < wanted; });
  return found != days_.end() && found->day == day ? &*found : nullptr;
}

bool Calendar::IsWorkingDay(absl::CivilDay day) const {
  if (const SpecialDay* special = FindSpecialDay(day)) return special->is_working;
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
}

absl::CivilDay Calendar::WorkingDayFrom(absl::CivilDay day) const {
  while (!IsWorkingDay(day)) ++day;
  return day;
}

}  // namespace maplebridge::calendar
