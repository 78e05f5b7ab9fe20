// When the clock of an organisation's state ends.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <optional>
#include <string>

#include "common/calendar/deadline.h"
#include "services/roster/domain/organisation_workflow.h"

namespace maplebridge::roster {

struct RunningClock {
  std::string kind;
  calendar::Deadline deadline;
};

// The clock of a state that is entered, or starts again, at `now`. Unset for a final state.
absl::StatusOr<std::optional<RunningClock>> StartClock(const calendar::Calendar& calendar,
                                                       OrganisationState state, absl::Time now);

// "180 days: the draft lapses …", for the described workflow.
std::string DescribeClock(const OrganisationClock& clock);

}  // namespace maplebridge::roster
