// All SQL on reports of escalation.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/escalation.h"

namespace maplebridge::registry {

// The clock of a report that nobody has acknowledged.
inline constexpr char kEscalationClock[] = "acknowledge";

struct Escalation {
  std::string dispute;  // number
  int ordinal = 0;
  std::string state = "REPORTED";  // "ACKNOWLEDGED"
  std::string kind;
  std::string description, measures;
  std::string told_authority;
  absl::Time told_time;
  std::uint64_t division = 0;
  std::string organisation;
  EscalationLevel level = EscalationLevel::kCounty;
  absl::Time due_time;
  int missed_count = 0;
  std::string response;
  absl::Time create_time;
  std::string acknowledge_principal;
  std::optional<absl::Time> acknowledge_time;
  std::int64_t revision = 1;

  std::string name() const;
};

Task<absl::Status> InsertEscalation(postgres::Transaction& transaction,
                                    const Escalation& escalation, const std::string& principal);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Escalation>> ReadEscalation(postgres::Transaction& transaction,
                                                const std::string& dispute, int ordinal);
Task<absl::StatusOr<Escalation>> LockEscalation(postgres::Transaction& transaction,
                                                const std::string& dispute, int ordinal);
// Stores what may change; the row is locked.
Task<absl::Status> UpdateEscalation(postgres::Transaction& transaction,
                                    const Escalation& escalation);
// How many reports of the dispute nobody has acknowledged.
Task<absl::StatusOr<int>> CountOpenEscalations(postgres::Transaction& transaction,
                                               const std::string& dispute);

struct EscalationFilter {
  std::string dispute;  // number; empty for all
  std::string organisation;
  std::string state;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  absl::Time after_time = absl::UnixEpoch();
  std::string after_dispute;
  int after_ordinal = 0;
  int limit = 50;
};
// By the end of the clock, dispute, ordinal.
Task<absl::StatusOr<std::vector<Escalation>>> ListEscalations(postgres::Database& database,
                                                              absl::Time deadline,
                                                              const EscalationFilter& filter);

}  // namespace maplebridge::registry
