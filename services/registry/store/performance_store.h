// All SQL on what is due under an agreement, and on what was performed of it.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/performance.h"
#include "services/registry/store/dispute_store.h"

namespace maplebridge::registry {

// Which obligation of which agreement.
struct ObligationKey {
  std::string dispute;  // number
  int agreement = 0;    // ordinal
  std::string obligation_id;
};

struct StoredShare {
  int instalment = 0;
  std::int64_t amount_fen = 0;
  int days_late = 0;
};

struct Performance {
  ObligationKey obligation;
  int ordinal = 0;
  std::int64_t amount_fen = 0;
  absl::CivilDay performed_day;
  std::string method;  // "CASH", …
  std::string performer;
  std::string evidence;
  absl::Time create_time;
  std::optional<absl::Time> reverse_time;
  std::string reverse_explanation;
  std::int64_t dispute_revision = 0;
  // Under its own agreement.
  std::vector<StoredShare> shares;

  std::string name() const;
};
Task<absl::Status> InsertPerformance(postgres::Transaction& transaction,
                                     const Performance& performance, const std::string& principal);
// With its shares. NOT_FOUND when there is none.
Task<absl::StatusOr<Performance>> ReadPerformance(postgres::Transaction& transaction,
                                                  const std::string& dispute, int ordinal);
// From ordinal `after` on, at most `limit`.
Task<absl::StatusOr<std::vector<Performance>>> ListPerformances(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const std::string& dispute,
                                                                int after, int limit);
// All of them, in the same order.
Task<absl::StatusOr<std::vector<Performance>>> ListPerformances(postgres::Transaction& transaction,
                                                                const std::string& dispute);
// Stores time, reason and revision of a reversal.
Task<absl::Status> UpdateReversal(postgres::Transaction& transaction,
                                  const Performance& performance, const std::string& principal);

// What counts for this obligation; `days_late` by each share's place.
Task<absl::Status> InsertShares(postgres::Transaction& transaction, const ObligationKey& key,
                                const std::vector<Share>& shares,
                                const std::vector<int>& days_late);
// What counts for it and was not taken back, by performance.
Task<absl::StatusOr<std::vector<Share>>> ListShares(postgres::Transaction& transaction,
                                                    const ObligationKey& key);
// Obligation of this agreement that the performance counts for; empty when there is none.
Task<absl::StatusOr<std::string>> CountedObligation(postgres::Transaction& transaction,
                                                    const std::string& dispute, int performance,
                                                    int agreement);

// The dues of an agreement are open from now on, as those of this dispute.
Task<absl::Status> OpenDues(postgres::Transaction& transaction, const Dispute& dispute,
                            int agreement);
// What is open of them is not followed any more.
Task<absl::Status> EndDues(postgres::Transaction& transaction, const std::string& dispute,
                           int agreement);
// Stores what is performed and overdue of the obligation's dues, which are open or performed.
Task<absl::Status> UpdateDues(postgres::Transaction& transaction, const ObligationKey& key,
                              const Obligation& obligation);

}  // namespace maplebridge::registry
