// What docking asks the roster: may this court send a case to this organisation. While the roster
// is down, what its feed has told answers.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>

#include "services/docking/api/docking.h"

namespace maplebridge::docking {

struct RosterAnswer {
  bool is_known = false;
  bool is_published = false;
  // Only told when `court` was asked about.
  bool is_on_roster = false;
  // Time of the data that answered, when the roster itself could not be asked.
  std::optional<absl::Time> roster_time;
};

// `court` empty: its specially-invited roster does not matter. UNAVAILABLE PEER_UNAVAILABLE when
// the roster is down and nothing is known here about the organisation.
Task<absl::StatusOr<RosterAnswer>> AskRoster(const Docking& docking, const Call& call,
                                             const std::string& organisation,
                                             const std::string& court);

// OK, FIELD_INVALID for an unknown organisation, ORGANISATION_NOT_PUBLISHED or
// ORGANISATION_NOT_ON_ROSTER.
absl::Status CheckRosterAnswer(const RosterAnswer& answer, const std::string& organisation,
                               const std::string& court);

}  // namespace maplebridge::docking
