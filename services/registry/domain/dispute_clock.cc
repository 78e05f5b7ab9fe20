#include "services/registry/domain/dispute_clock.h"

#include <absl/strings/str_cat.h>

#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

using calendar::DeadlineRule;

constexpr int kConfirmationDays = 30;

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
                      calendar::Period{rule, length}, from};
}

// By the limit that the dispute's rules set for the clock of this state.
absl::StatusOr<RunningClock> CountLimit(const calendar::Calendar& calendar,
                                        const ClockInput& input) {
  const LimitRule* limit =
      FindLimit(*input.rules, ClockOf(input.state).kind, input.category, input.division);
  if (limit == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the rules ", input.rules->version, " set no limit for the clock ",
                     std::string(ClockOf(input.state).kind), " of this category"));
  }
  const Category* category = FindCategory(input.category);
  const bool is_at_work =
      input.state == DisputeState::kAccepted || input.state == DisputeState::kMediating;
  const bool from_receipt =
      is_at_work && input.receive_time && category != nullptr && category->counts_from_receipt;
  const absl::Time from = from_receipt ? *input.receive_time : input.now;
  auto clock = Count(calendar, input.state, from, limit->period.rule, limit->period.length);
  if (clock.ok()) clock->deadline.because.push_back(absl::StrCat("source: ", limit->source));
  return clock;
}

}  // namespace

absl::StatusOr<RunningClock> StartClock(const calendar::Calendar& calendar,
                                        const ClockInput& input) {
  switch (input.state) {
    case DisputeState::kReported:
    case DisputeState::kConcluding:
      return CountLimit(calendar, input);
    case DisputeState::kAccepted:
    case DisputeState::kMediating: {
      if (input.referral_due_day) {
        return RunningClock{
            std::string(ClockOf(input.state).kind),
            GivenDay(*input.referral_due_day, "the limit of the referral, set in docking"),
            std::nullopt, std::nullopt};
      }
      if (input.rest) {
        auto deadline = calendar::ResumePeriod(calendar, *input.rest, input.now);
        if (!deadline.ok()) return deadline.status();
        return RunningClock{std::string(ClockOf(input.state).kind), *std::move(deadline),
                            input.rest, input.now};
      }
      if (input.extended_day) {
        const auto days = static_cast<int>(*input.extended_day - calendar::ChinaDay(input.now));
        auto clock = Count(calendar, input.state, input.now, DeadlineRule::kCalendar, days);
        if (clock.ok()) {
          clock->deadline.because.push_back("all parties agreed on the new last day (Norm)");
        }
        return clock;
      }
      return CountLimit(calendar, input);
    }
    case DisputeState::kAgreed:
      if (input.next_due_day) {
        return RunningClock{std::string(ClockOf(input.state).kind),
                            GivenDay(*input.next_due_day, "the day of the next open obligation"),
                            std::nullopt, std::nullopt};
      }
      return CountLimit(calendar, input);
    case DisputeState::kSuspended:
      if (!input.suspended_until) return absl::InvalidArgumentError("a suspension has a last day");
      return RunningClock{std::string(ClockOf(input.state).kind),
                          GivenDay(*input.suspended_until, "the last day of the suspension"),
                          std::nullopt, std::nullopt};
    case DisputeState::kPerformed:
    case DisputeState::kClosedDeclined:
    case DisputeState::kClosedFailed:
    case DisputeState::kClosedWithdrawn:
    case DisputeState::kClosedUnperformed:
    case DisputeState::kClosedSetAside:
    case DisputeState::kClosedMerged:
      return CountLimit(calendar, input);
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
                                                    const RuleSet& rules, const Dispute& dispute,
                                                    absl::Time now) {
  const LimitRule* limit = FindLimit(rules, "transfer", dispute.category, dispute.division);
  if (limit == nullptr) return absl::InvalidArgumentError("the rules set no limit for a transfer");
  return calendar::CountDeadline(calendar, now, limit->period.rule, limit->period.length);
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
