// All SQL on the history of a dispute: its stored events and documents, in order of time.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/postgres/database.h"

namespace maplebridge::registry {

struct StoredHistory {
  absl::Time time;
  // Orders what happened at the same time.
  std::string key;
  std::string type;
  std::string principal;
  std::string organisation;
  std::string resource;
  std::string from_state, to_state;
  std::string detail, outcome;
};

struct HistoryFilter {
  std::string dispute;  // number
  // Only these; all when empty.
  std::vector<std::string> types;
  // Go on behind this time and, at the same time, this key.
  absl::Time after_time = absl::UnixEpoch();
  std::string after_key;
  int limit = 50;
};

Task<absl::StatusOr<std::vector<StoredHistory>>> ListHistory(postgres::Database& database,
                                                             absl::Time deadline,
                                                             const HistoryFilter& filter);

// All of it, at most `limit`.
Task<absl::StatusOr<std::vector<StoredHistory>>> ListHistory(postgres::Transaction& transaction,
                                                             const std::string& dispute, int limit);

}  // namespace maplebridge::registry
