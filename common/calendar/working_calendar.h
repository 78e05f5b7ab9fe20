// The State Council's calendar: which days are working days in China, with make-up Saturdays and
// Sundays. Thread safety: a Calendar never changes after Create. Source: the yearly notice on
// holidays of the State Council's General Office, as loaded from the reference data file.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::calendar {

// China Standard Time: UTC+8 the whole year.
absl::TimeZone ChinaTime();
// The day in China in which `time` lies, whatever offset it was written in.
absl::CivilDay ChinaDay(absl::Time time);
// 00:00+08:00 of `day`.
absl::Time StartOfChinaDay(absl::CivilDay day);

// A day on which the notice differs from, or confirms, the plain week.
struct SpecialDay {
  absl::CivilDay day;
  bool is_working = false;  // true: a make-up day, false: a holiday
  std::string name;         // "国庆节": the holiday, or the holiday that is made up for
};

class Calendar {
 public:
  // `years`: those whose notice is loaded. Errors: INVALID_ARGUMENT for no year, a day outside the
  // years, or a day named twice; the text names the field.
  static absl::StatusOr<Calendar> Create(std::vector<int> years, std::vector<SpecialDay> days);

  // Beyond the loaded years only weekends are known: ask IsProvisional too.
  bool IsWorkingDay(absl::CivilDay day) const;
  bool IsProvisional(absl::CivilDay day) const { return !IsLoadedYear(day.year()); }
  bool IsLoadedYear(absl::civil_year_t year) const;
  // `day` itself when it is a working day, else the next one.
  absl::CivilDay WorkingDayFrom(absl::CivilDay day) const;
  // Null for a day that the notice does not name.
  const SpecialDay* FindSpecialDay(absl::CivilDay day) const;

  const std::vector<int>& years() const { return years_; }
  const std::vector<SpecialDay>& special_days() const { return days_; }

 private:
  std::vector<int> years_;        // sorted
  std::vector<SpecialDay> days_;  // sorted by day
};

}  // namespace maplebridge::calendar
