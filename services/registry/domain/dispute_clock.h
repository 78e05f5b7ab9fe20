// The clocks of a dispute: how long each runs, and what its reminder is when it ran out.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>

#include "common/calendar/deadline.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/domain/rule_set.h"

namespace maplebridge::registry {

struct ClockInput {
  DisputeState state = DisputeState::kNone;
  std::string_view category;
  // Place, twelve digits.
  std::uint64_t division = 0;
  // Of the version under which the dispute began.
  const RuleSet* rules = &BuiltInRules();
  // When the step happens.
  absl::Time now;
  // ACCEPTED and MEDIATING: when the application was received, from which some limits are counted.
  std::optional<absl::Time> receive_time;
  // AGREED: day of the next open obligation.
  std::optional<absl::CivilDay> next_due_day;
  // ACCEPTED and MEDIATING of a referred dispute: the last day that docking has set.
  std::optional<absl::CivilDay> referral_due_day;
  // ACCEPTED and MEDIATING: the new last day that all parties agreed on.
  std::optional<absl::CivilDay> extended_day;
  // SUSPENDED: its last day.
  std::optional<absl::CivilDay> suspended_until;
  // MEDIATING after a suspension: what was left of the limit.
  std::optional<calendar::Period> rest;
};

// The clock of a state that is entered, or counted anew. Empty kind: none runs.
struct RunningClock {
  std::string kind;
  calendar::Deadline deadline;
  // What was counted, and from when; unset when the end was given by others.
  std::optional<calendar::Period> period;
  std::optional<absl::Time> from;
};

absl::StatusOr<RunningClock> StartClock(const calendar::Calendar& calendar,
                                        const ClockInput& input);
// What is left of a mediation's limit that stands still from now on; the day of the suspension is
// not counted. FAILED_PRECONDITION when the limit has run out.
absl::StatusOr<calendar::Period> RestOfLimit(const calendar::Calendar& calendar,
                                             const MediationLimit& limit, absl::Time now);
// Last day for the answer to an offer of transfer of this dispute.
absl::StatusOr<calendar::Deadline> TransferDeadline(const calendar::Calendar& calendar,
                                                    const RuleSet& rules, const Dispute& dispute,
                                                    absl::Time now);
// The reminder after a clock ran out in this state.
absl::StatusOr<RunningClock> StartReminder(const calendar::Calendar& calendar, DisputeState state,
                                           absl::Time now);

// Last day for the joint application for judicial confirmation: 30 days from the day the agreement
// took effect (PML 33, CPL 205).
absl::StatusOr<calendar::Deadline> ConfirmationDeadline(const calendar::Calendar& calendar,
                                                        absl::CivilDay effective_day);

}  // namespace maplebridge::registry
