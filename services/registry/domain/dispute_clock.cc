#include "services/registry/domain/dispute_clock.h"

#include <absl/strings/str_cat.h>

#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

using calendar::DeadlineRule;

constexpr int kConfirmationDays = 30;
constexpr int kTransferDays = 3;

// A day that others have set: an obligation's, or docking's.
calendar::Deadline GivenDay(absl::CivilDay day, std::string because) {
  calendar::Deadline deadline;
  deadline.due_day = day;
  deadline.due = calendar::StartOfChinaDay(day + 1);
  deadline.because.push_back(std::move(because));
  return deadline;
}

absl::StatusOr<RunningClock> Count(const calendar::Calendar& calendar, DisputeState state,
                                   absl::Time from, DeadlineRule rule, int length) {
  auto deadline = calendar::CountDeadline(calendar, from, rule, length);
  if (!deadline.ok()) return deadline.status();
  return RunningClock{std::string(ClockOf(state).kind), *std::move(deadline),
                      calendar::Period{rule, length}};
}

}  // namespace

absl::StatusOr<RunningClock> StartClock(const calendar::Calendar& calendar,
                                        const ClockInput& input) {
  switch (input.state) {
    case DisputeState::kReported:
    case DisputeState::kConcluding:
      return Count(calendar, input.state, input.now, DeadlineRule::kWorking, 3);
    case DisputeState::kAccepted:
    case DisputeState::kMediating: {
      if (input.referral_due_day) {
        return RunningClock{
            std::string(ClockOf(input.state).kind),
            GivenDay(*input.referral_due_day, "the limit of the referral, set in docking"),
            std::nullopt};
      }
      if (input.rest) {
        auto deadline = calendar::ResumePeriod(calendar, *input.rest, input.now);
        if (!deadline.ok()) return deadline.status();
        return RunningClock{std::string(ClockOf(input.state).kind), *std::move(deadline),
                            input.rest};
      }
      if (input.extended_day) {
        const auto days = static_cast<int>(*input.extended_day - calendar::ChinaDay(input.now));
        auto clock = Count(calendar, input.state, input.now, DeadlineRule::kCalendar, days);
        if (clock.ok()) {
          clock->deadline.because.push_back("all parties agreed on the new last day (Norm)");
        }
        return clock;
      }
      const Category* category = FindCategory(input.category);
      if (category == nullptr) return absl::InvalidArgumentError("category is unknown");
      auto clock = Count(calendar, input.state, input.now, category->limit_rule, category->limit);
      if (clock.ok()) {
        clock->deadline.because.push_back(
            absl::StrCat("source: ", std::string(category->limit_source)));
      }
      return clock;
    }
    case DisputeState::kAgreed:
      if (input.next_due_day) {
        return RunningClock{std::string(ClockOf(input.state).kind),
                            GivenDay(*input.next_due_day, "the day of the next open obligation"),
                            std::nullopt};
      }
      return Count(calendar, input.state, input.now, DeadlineRule::kCalendar, 30);
    case DisputeState::kSuspended:
      if (!input.suspended_until) return absl::InvalidArgumentError("a suspension has a last day");
      return RunningClock{std::string(ClockOf(input.state).kind),
                          GivenDay(*input.suspended_until, "the last day of the suspension"),
                          std::nullopt};
    case DisputeState::kPerformed:
    case DisputeState::kClosedDeclined:
    case DisputeState::kClosedFailed:
    case DisputeState::kClosedWithdrawn:
    case DisputeState::kClosedUnperformed:
    case DisputeState::kClosedSetAside:
    case DisputeState::kClosedMerged:
      return Count(calendar, input.state, input.now, DeadlineRule::kCalendar, 30);
    case DisputeState::kNone:
    case DisputeState::kArchived:
      break;
  }
  return RunningClock{};
}

absl::StatusOr<calendar::Period> RestOfLimit(const calendar::Calendar& calendar,
                                             const MediationLimit& limit, absl::Time now) {
  return calendar::SuspendPeriod(calendar, limit.from.value_or(now), limit.period, now);
}

absl::StatusOr<calendar::Deadline> TransferDeadline(const calendar::Calendar& calendar,
                                                    absl::Time now) {
  return calendar::CountDeadline(calendar, now, DeadlineRule::kWorking, kTransferDays);
}

absl::StatusOr<RunningClock> StartReminder(const calendar::Calendar& calendar, DisputeState state,
                                           absl::Time now) {
  const bool at_work = state == DisputeState::kReported || state == DisputeState::kAccepted ||
                       state == DisputeState::kMediating || state == DisputeState::kConcluding;
  return at_work ? Count(calendar, state, now, DeadlineRule::kWorking, 3)
                 : Count(calendar, state, now, DeadlineRule::kCalendar, 30);
}

absl::StatusOr<calendar::Deadline> ConfirmationDeadline(const calendar::Calendar& calendar,
                                                        absl::CivilDay effective_day) {
  return calendar::CountDeadline(calendar, calendar::StartOfChinaDay(effective_day),
                                 DeadlineRule::kCalendar, kConfirmationDays);
}

}  // namespace maplebridge::registry
