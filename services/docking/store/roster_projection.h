// What the roster's feed has told of organisations and of the courts' specially-invited rosters.
// All SQL on it.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>

#include "common/postgres/database.h"

namespace maplebridge::docking {

// An organisation as far as it is known here.
struct ProjectedOrganisation {
  bool is_published = false;
  // On the roster of the court that was asked about.
  bool is_on_roster = false;
  // Time of the newest thing the roster has told.
  absl::Time roster_time;
};

// An older revision than the one kept changes nothing. `state`: word of the organisation's state.
Task<absl::Status> PutOrganisation(postgres::Transaction& transaction,
                                   const std::string& organisation, const std::string& state,
                                   std::int64_t revision, absl::Time event_time);
Task<absl::Status> PutRosterEntry(postgres::Transaction& transaction, const std::string& court,
                                  const std::string& organisation, std::int64_t revision,
                                  absl::Time event_time);

// Unset when nothing is known about the organisation.
Task<absl::StatusOr<std::optional<ProjectedOrganisation>>> ReadProjection(
    postgres::Database& database, absl::Time deadline, const std::string& organisation,
    const std::string& court);

}  // namespace maplebridge::docking
