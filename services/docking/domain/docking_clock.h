// How long each clock of a referral and of an application for confirmation runs, and what is
// counted when it ran out while the duty stays.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <optional>
#include <string_view>

#include "common/calendar/deadline.h"
#include "services/docking/domain/confirmation_workflow.h"
#include "services/docking/domain/referral.h"

namespace maplebridge::docking {

// Last day for a joint application for judicial confirmation: 30 days from the day the agreement
// takes effect (PML 33, CPL 205).
absl::StatusOr<calendar::Deadline> WindowDeadline(const calendar::Calendar& calendar,
                                                  absl::CivilDay effective_day);

// The clock that starts when the referral, already as it is after `event`, enters or stays in
// `state`. Empty kind: none runs. `until`: the last day that an extension sets.
absl::StatusOr<Clock> StartReferralClock(const calendar::Calendar& calendar,
                                         const Referral& referral, ReferralState state,
                                         ReferralEvent event, absl::Time now,
                                         std::optional<absl::CivilDay> until);

// The court's limit for its ruling: a dated row of configuration.
struct RulingLimit {
  calendar::DeadlineRule rule = calendar::DeadlineRule::kCalendar;
  int length = 0;
  std::string source;
};

// `window`: last day to submit (DRAFT, JOINTLY_APPLIED). `limit`: for ACCEPTED.
absl::StatusOr<Clock> StartConfirmationClock(const calendar::Calendar& calendar,
                                             ConfirmationState state, ConfirmationEvent event,
                                             absl::Time now, absl::CivilDay window,
                                             const RulingLimit& limit);

}  // namespace maplebridge::docking
