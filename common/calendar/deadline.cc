#include "common/calendar/deadline.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "common/status/macros.h"

namespace maplebridge::calendar {
namespace {

constexpr int kMaximumDays = 36'500;
constexpr int kMaximumMonths = 1'200;

std::string Text(absl::CivilDay day) { return absl::FormatCivilTime(day); }

// The day in China of a real time: a year of four digits, so that it can be printed and stored.
absl::StatusOr<absl::CivilDay> RealDay(std::string_view field, absl::Time time) {
  const absl::CivilDay day = ChinaDay(time);
  if (day.year() < 1900 || day.year() > 2999) {
    return absl::InvalidArgumentError(
        absl::StrCat(std::string(field), ": needs a time in the years 1900 to 2999"));
  }
  return day;
}

absl::Status CheckLength(DeadlineRule rule, int length) {
  const int maximum = rule == DeadlineRule::kMonths ? kMaximumMonths : kMaximumDays;
  if (length >= 1 && length <= maximum) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("length: a period has 1 to ", maximum, " ",
                                                 std::string(DeadlineRuleName(rule)), ", not ",
                                                 length));
}

// Civil Code 202: the day of the same number, or the month's last day when there is none.
absl::CivilDay AddMonths(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month.year(), month.month(), 1) + (day.day() - 1), last);
}

class Count {
 public:
  Count(const Calendar& calendar, absl::CivilDay first) : calendar_(calendar), first_(first) {
    Say(absl::StrCat(Text(first), " is the day it starts from and is not counted (CPL 85)"));
  }

  absl::CivilDay Working(int length) {
    absl::CivilDay day = first_;
    for (int counted = 0; counted < length;) {
      ++day;
      NoteProvisional(day);
      const bool working = calendar_.IsWorkingDay(day);
      if (working) ++counted;
      if (const SpecialDay* special = calendar_.FindSpecialDay(day)) NoteSpecial(*special);
    }
    FlushSpecial();
    Say(absl::StrCat("working day ", length, " after it is ", Text(day)));
    return day;
  }

  absl::CivilDay Roll(absl::CivilDay last) {
    absl::CivilDay day = last;
    NoteProvisional(day);
    while (!calendar_.IsWorkingDay(day)) NoteProvisional(++day);
    if (day != last) {
      const SpecialDay* special = calendar_.FindSpecialDay(last);
      Say(absl::StrCat(Text(last), " is ", special ? special->name : "a weekend",
                       ": the period ends on the first working day after it, ", Text(day),
                       " (CPL 85)"));
    }
    return day;
  }

  void Say(std::string sentence) { because_.push_back(std::move(sentence)); }

  Deadline Finish(absl::CivilDay due_day) {
    if (provisional_year_ != 0) {
      Say(absl::StrCat("no calendar is loaded for ", provisional_year_,
                       ": only weekends are known, so this is provisional"));
    }
    return Deadline{.due_day = due_day,
                    .due = StartOfChinaDay(due_day + 1),
                    .provisional = provisional_year_ != 0,
                    .because = std::move(because_)};
  }

 private:
  void NoteProvisional(absl::CivilDay day) {
    if (provisional_year_ == 0 && calendar_.IsProvisional(day)) provisional_year_ = day.year();
  }

  // Neighbouring days of one holiday make one sentence.
  void NoteSpecial(const SpecialDay& special) {
    if (!run_.empty() &&
        (run_.back()->is_working != special.is_working || run_.back()->name != special.name ||
         run_.back()->day + 1 != special.day)) {
      FlushSpecial();
    }
    run_.push_back(&special);
  }

  void FlushSpecial() {
    if (run_.empty()) return;
    const SpecialDay& begin = *run_.front();
    const SpecialDay& end = *run_.back();
    Say(absl::StrCat(Text(begin.day), begin.day == end.day ? "" : " to ",
                     begin.day == end.day ? "" : Text(end.day),
                     begin.is_working ? " makes up for " : " is ", begin.name,
                     begin.is_working ? " and counts" : " and does not count"));
    run_.clear();
  }

  const Calendar& calendar_;
  absl::CivilDay first_;
  std::vector<std::string> because_;
  std::vector<const SpecialDay*> run_;
  absl::civil_year_t provisional_year_ = 0;
};

// The last day of the period itself, before it rolls over a holiday.
absl::CivilDay LastDay(const Calendar& calendar, absl::CivilDay first, Period period) {
  switch (period.rule) {
    case DeadlineRule::kWorking:
      return Count(calendar, first).Working(period.length);
    case DeadlineRule::kCalendar:
      return first + period.length;
    case DeadlineRule::kMonths:
      return AddMonths(first, period.length);
  }
  return first;
}

}  // namespace

std::string_view DeadlineRuleName(DeadlineRule rule) {
  switch (rule) {
    case DeadlineRule::kWorking:
      return "working days";
    case DeadlineRule::kCalendar:
      return "days";
    case DeadlineRule::kMonths:
      return "months";
  }
  return "unknown rule";
}

absl::StatusOr<Deadline> CountDeadline(const Calendar& calendar, absl::Time from, DeadlineRule rule,
                                       int length) {
  MB_ASSIGN_OR_RETURN(const absl::CivilDay first, RealDay("from", from));
  MB_RETURN_IF_ERROR(CheckLength(rule, length));
  Count count(calendar, first);
  if (rule == DeadlineRule::kWorking) return count.Finish(count.Working(length));
  const absl::CivilDay last = LastDay(calendar, first, {rule, length});
  count.Say(absl::StrCat(length, " ", std::string(DeadlineRuleName(rule)), " end on ", Text(last),
                         rule == DeadlineRule::kMonths && last.day() != first.day()
                             ? ", the last day of a month without that number (Civil Code 202)"
                             : ""));
  return count.Finish(count.Roll(last));
}

absl::StatusOr<Period> SuspendPeriod(const Calendar& calendar, absl::Time from, Period period,
                                     absl::Time suspended) {
  MB_ASSIGN_OR_RETURN(const Deadline deadline,
                      CountDeadline(calendar, from, period.rule, period.length));
  MB_ASSIGN_OR_RETURN(const absl::CivilDay stop, RealDay("suspended", suspended));
  const absl::CivilDay first = ChinaDay(from);
  if (stop < first) {
    return absl::InvalidArgumentError(
        absl::StrCat("suspended: ", Text(stop), " is before the period starts, ", Text(first)));
  }
  if (stop > deadline.due_day) {
    return absl::FailedPreconditionError(absl::StrCat("the period ended on ",
                                                      Text(deadline.due_day),
                                                      "; it cannot be suspended on ", Text(stop)));
  }
  if (stop <= first + 1) return period;  // no day has been used
  const absl::CivilDay last = LastDay(calendar, first, period);
  if (period.rule != DeadlineRule::kWorking) {
    return Period{DeadlineRule::kCalendar, std::max(1, static_cast<int>(last - stop) + 1)};
  }
  int left = 0;
  for (absl::CivilDay day = stop; day <= last; ++day) left += calendar.IsWorkingDay(day) ? 1 : 0;
  return Period{DeadlineRule::kWorking, left};
}

absl::StatusOr<Deadline> ResumePeriod(const Calendar& calendar, Period rest, absl::Time resumed) {
  MB_ASSIGN_OR_RETURN(const absl::CivilDay day, RealDay("resumed", resumed));
  MB_ASSIGN_OR_RETURN(Deadline deadline, CountDeadline(calendar, resumed, rest.rule, rest.length));
  deadline.because.insert(deadline.because.begin(),
                          absl::StrCat("resumed on ", Text(day), " with ", rest.length, " ",
                                       std::string(DeadlineRuleName(rest.rule)), " left"));
  return deadline;
}

}  // namespace maplebridge::calendar
