// All SQL on duplicates and links between disputes.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/store/closing_store.h"
#include "services/registry/store/dispute_store.h"

namespace maplebridge::registry {

// Numbers of disputes, reported since `since`, neither merged nor archived, that share an identity
// number with this one, or its place and category; the newest first.
Task<absl::StatusOr<std::vector<std::string>>> FindCandidates(postgres::Database& database,
                                                              absl::Time deadline,
                                                              const StoreKeys& keys,
                                                              const Dispute& dispute,
                                                              absl::Time since, int limit);

Task<absl::Status> InsertMerger(postgres::Transaction& transaction, const StepRecord& step,
                                const std::string& merged_into, bool is_undone,
                                const std::string& explanation);

struct DisputeLink {
  std::string first, second;  // numbers, first < second
  std::string kind;           // "RELATED", "GROUP"
  std::string explanation;
  absl::Time create_time;
  std::optional<absl::Time> end_time;
};
// Links the pair, anew where an earlier link has ended. ALREADY_EXISTS when one stands.
Task<absl::Status> InsertLink(postgres::Transaction& transaction, const DisputeLink& link,
                              const std::string& principal);
// NOT_FOUND when the pair was never linked.
Task<absl::StatusOr<DisputeLink>> ReadLink(postgres::Transaction& transaction,
                                           const std::string& first, const std::string& second);
// Ends the link; false when it had ended before.
Task<absl::StatusOr<bool>> EndLink(postgres::Transaction& transaction, const std::string& first,
                                   const std::string& second, absl::Time now,
                                   const std::string& principal);
// By the number of the other.
Task<absl::StatusOr<std::vector<DisputeLink>>> ListLinks(postgres::Database& database,
                                                         absl::Time deadline,
                                                         const std::string& dispute,
                                                         const std::string& after, int limit);

}  // namespace maplebridge::registry
