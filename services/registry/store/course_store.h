// All SQL on what happens on the way to a conclusion: helpers, recusals, suspensions.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "services/registry/store/closing_store.h"

namespace maplebridge::registry {

struct Helper {
  std::string dispute;  // number
  int ordinal = 0;
  std::string kind;
  std::string display_name;
  std::string explanation;
  std::vector<std::string> party_ids;
  absl::Time create_time;
};

Task<absl::Status> InsertHelper(postgres::Transaction& transaction, const Helper& helper,
                                const std::string& principal);
Task<absl::StatusOr<Helper>> ReadHelper(postgres::Transaction& transaction,
                                        const std::string& dispute, int ordinal);
// From ordinal `after` on, at most `limit`.
Task<absl::StatusOr<std::vector<Helper>>> ListHelpers(postgres::Database& database,
                                                      absl::Time deadline,
                                                      const std::string& dispute, int after,
                                                      int limit);

struct Recusal {
  std::string dispute;  // number
  int ordinal = 0;
  std::string party_id;
  std::string mediator;
  std::string reason;
  bool upheld = false;
  std::string explanation;
  absl::Time create_time;
};

// ALREADY_EXISTS when this party objected to this mediator before.
Task<absl::Status> InsertRecusal(postgres::Transaction& transaction, const Recusal& recusal,
                                 const std::string& principal);
Task<absl::StatusOr<Recusal>> ReadRecusal(postgres::Transaction& transaction,
                                          const std::string& dispute, int ordinal);
Task<absl::StatusOr<std::vector<Recusal>>> ListRecusals(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const std::string& dispute, int after,
                                                        int limit);
// Mediators who left the dispute by an upheld objection.
Task<absl::StatusOr<std::vector<std::string>>> RecusedMediators(postgres::Transaction& transaction,
                                                                const std::string& dispute);

Task<absl::Status> InsertSuspension(postgres::Transaction& transaction, const StepRecord& step,
                                    const std::string& reason, absl::CivilDay last_day,
                                    const std::string& evidence);

}  // namespace maplebridge::registry
