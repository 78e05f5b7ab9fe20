// Counting time as the law does. The day on which a period starts is not counted, and a period that
// ends on a holiday ends on the first working day after it (Civil Procedure Law 85); a period of
// months ends on the day of the same number or the month's last day (Civil Code 202).
// All functions are pure. `from` may be written in any offset: its day in China counts.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/calendar/working_calendar.h"

namespace maplebridge::calendar {

enum class DeadlineRule {
  kWorking,   // the n-th working day after the first day
  kCalendar,  // n days, holidays included; the end rolls to a working day
  kMonths,    // n months; the end rolls to a working day
};
std::string_view DeadlineRuleName(DeadlineRule rule);  // "working days", "days", "months"

struct Deadline {
  absl::CivilDay due_day;  // the last day on which the act is in time
  absl::Time due;          // exclusive: 00:00+08:00 of the day after due_day
  // True when the answer rests on a day whose year has no calendar; count again when it arrives.
  bool provisional = false;
  // One sentence for each step of the count, for people, oldest first.
  std::vector<std::string> because;

  bool IsPast(absl::Time now) const { return now >= due; }
};

// Errors: INVALID_ARGUMENT naming "from" (no real time) or "length" (below 1 or above 36,500 days
// or 1,200 months).
absl::StatusOr<Deadline> CountDeadline(const Calendar& calendar, absl::Time from, DeadlineRule rule,
                                       int length);

// A clock that runs, or what is left of one that stands: enough to count it again at any time.
struct Period {
  DeadlineRule rule = DeadlineRule::kCalendar;
  int length = 0;
};

// What is left when a clock that started at `from` is suspended. The day of the suspension is not
// counted as used; what is left is in whole days (working days stay working days, months become
// days, unless nothing has run yet). At least one: a period whose end was only rolling over a
// holiday still has its last day. Errors: INVALID_ARGUMENT for "suspended" before `from`;
// FAILED_PRECONDITION when the period had already ended.
absl::StatusOr<Period> SuspendPeriod(const Calendar& calendar, absl::Time from, Period period,
                                     absl::Time suspended);

// The deadline of the rest: the day of resumption is not counted. To suspend again, use `resumed`
// as `from` and `rest` as the period.
absl::StatusOr<Deadline> ResumePeriod(const Calendar& calendar, Period rest, absl::Time resumed);

}  // namespace maplebridge::calendar
