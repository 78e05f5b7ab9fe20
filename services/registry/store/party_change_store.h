// All SQL on corrections of parties.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "services/registry/store/party_store.h"

namespace maplebridge::registry {

// What stood before a correction.
struct PartyChange {
  std::int64_t dispute_revision = 0;
  std::string party_id;
  std::vector<std::string> fields;
  // As the caller of the store wrote it; sealed at rest.
  std::string before;
  std::string reason;
  std::string principal;
  absl::Time change_time;
};
Task<absl::Status> InsertPartyChange(postgres::Transaction& transaction, const StoreKeys& keys,
                                     const StepRecord& step, const PartyChange& change);
// The first first, after the revision `after`.
Task<absl::StatusOr<std::vector<PartyChange>>> ListPartyChanges(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const StoreKeys& keys,
                                                                const std::string& number,
                                                                std::int64_t after, int limit);

}  // namespace maplebridge::registry
