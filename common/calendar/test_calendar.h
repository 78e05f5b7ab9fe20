// The notices for 2024 (New Year to Labour Day) and 2026 as the General Office published them, for
// the tests of this folder and of folders that count deadlines.
#pragma once

#include "common/calendar/working_calendar.h"

namespace maplebridge::calendar {

inline Calendar TestCalendar() {
  std::vector<SpecialDay> days;
  auto add = [&days](absl::CivilDay first, int count, bool is_working, std::string name) {
    for (int i = 0; i < count; ++i) days.push_back({first + i, is_working, name});
  };
  add(absl::CivilDay(2024, 1, 1), 1, false, "元旦");
  add(absl::CivilDay(2024, 2, 10), 8, false, "春节");
  add(absl::CivilDay(2024, 2, 4), 1, true, "春节");
  add(absl::CivilDay(2024, 2, 18), 1, true, "春节");
  add(absl::CivilDay(2024, 4, 4), 3, false, "清明");
  add(absl::CivilDay(2024, 4, 7), 1, true, "清明");
  add(absl::CivilDay(2026, 1, 1), 3, false, "元旦");
  add(absl::CivilDay(2026, 1, 4), 1, true, "元旦");
  add(absl::CivilDay(2026, 2, 14), 1, true, "春节");
  add(absl::CivilDay(2026, 2, 15), 9, false, "春节");
  add(absl::CivilDay(2026, 2, 28), 1, true, "春节");
  add(absl::CivilDay(2026, 4, 4), 3, false, "清明");
  add(absl::CivilDay(2026, 5, 1), 5, false, "劳动节");
  add(absl::CivilDay(2026, 5, 9), 1, true, "劳动节");
  add(absl::CivilDay(2026, 6, 19), 3, false, "端午");
  add(absl::CivilDay(2026, 9, 20), 1, true, "国庆节");
  add(absl::CivilDay(2026, 9, 25), 3, false, "中秋");
  add(absl::CivilDay(2026, 10, 1), 7, false, "国庆节");
  add(absl::CivilDay(2026, 10, 10), 1, true, "国庆节");
  return *Calendar::Create({2024, 2026}, std::move(days));
}

}  // namespace maplebridge::calendar
