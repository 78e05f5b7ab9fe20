#include "services/roster/domain/organisation_clock.h"

#include <absl/strings/str_cat.h>

namespace maplebridge::roster {
namespace {

calendar::DeadlineRule RuleOf(ClockRule rule) {
  switch (rule) {
    case ClockRule::kWorkingDays:
      return calendar::DeadlineRule::kWorking;
    case ClockRule::kCalendarDays:
      return calendar::DeadlineRule::kCalendar;
    case ClockRule::kMonths:
      return calendar::DeadlineRule::kMonths;
  }
  return calendar::DeadlineRule::kCalendar;
}

}  // namespace

absl::StatusOr<std::optional<RunningClock>> StartClock(const calendar::Calendar& calendar,
                                                       OrganisationState state, absl::Time now) {
  const OrganisationClock* clock = FindClock(state);
  if (clock == nullptr) return std::optional<RunningClock>();
  auto deadline = calendar::CountDeadline(calendar, now, RuleOf(clock->rule), clock->count);
  if (!deadline.ok()) return deadline.status();
  return std::optional<RunningClock>(RunningClock{std::string(clock->kind), *std::move(deadline)});
}

std::string DescribeClock(const OrganisationClock& clock) {
  return absl::StrCat(std::string(clock.kind), ", ", clock.count, " ",
                      std::string(calendar::DeadlineRuleName(RuleOf(clock.rule))), ": ",
                      std::string(clock.expiry));
}

}  // namespace maplebridge::roster
