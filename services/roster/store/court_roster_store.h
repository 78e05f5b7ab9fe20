// All SQL on the specially-invited rosters of courts.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/roster/store/organisation_store.h"

namespace maplebridge::roster {

// An entry and where its organisation is.
struct PlacedEntry {
  CourtRosterEntry entry;
  std::uint64_t division = 0;
};

// False when the court has the organisation on its roster already; nothing is stored then.
Task<absl::StatusOr<bool>> InsertEntry(postgres::Transaction& transaction,
                                       const CourtRosterEntry& entry);
// Unset when there is none.
Task<absl::StatusOr<std::optional<PlacedEntry>>> ReadEntry(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const std::string& court,
                                                           const std::string& organisation);
Task<absl::StatusOr<std::optional<PlacedEntry>>> ReadEntry(postgres::Transaction& transaction,
                                                           const std::string& court,
                                                           const std::string& organisation);
// Raises the revision of every entry of the organisation; answers them as they are now. The
// organisation's row is locked.
Task<absl::StatusOr<std::vector<CourtRosterEntry>>> RaiseEntries(postgres::Transaction& transaction,
                                                                 const std::string& organisation);

struct EntryFilter {
  std::string court;
  Sight sight;
  // Go on after this organisation's id.
  std::string after;
  int limit = 50;
};
// By organisation.
Task<absl::StatusOr<std::vector<CourtRosterEntry>>> ListEntries(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const EntryFilter& filter);

}  // namespace maplebridge::roster
