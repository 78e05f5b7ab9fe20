// All SQL on requests for assistance.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/assistance.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

// The clock of a request: for the answer, and then for the delivery.
inline constexpr char kAssistanceClock[] = "assistance";

struct Assistance {
  std::string dispute;  // number
  int ordinal = 0;
  AssistanceState state = AssistanceState::kRequested;
  AssistanceKind kind = AssistanceKind::kNotary;
  std::string body_name;
  std::string explanation;
  std::string answer;
  std::string result;
  std::string sha256, sm3;
  int material = 0;  // ordinal; 0 without one
  ClockEnd clock;
  std::string clock_source;
  bool overdue = false;
  std::string organisation;  // that asked
  std::uint64_t division = 0;
  absl::Time create_time;
  std::optional<absl::Time> answer_time, end_time;
  std::int64_t revision = 1;

  std::string name() const;
};

// Gives the request the next ordinal of its dispute, whose row is locked.
Task<absl::Status> InsertAssistance(postgres::Transaction& transaction,
                                    const std::string& principal, Assistance* assistance);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Assistance>> ReadAssistance(postgres::Transaction& transaction,
                                                const std::string& dispute, int ordinal);
// Stores what may change; the dispute's row is locked.
Task<absl::Status> UpdateAssistance(postgres::Transaction& transaction,
                                    const Assistance& assistance);

// Those of the dispute that have not ended.
Task<absl::StatusOr<std::vector<Assistance>>> ListOpenAssistance(postgres::Transaction& transaction,
                                                                 const std::string& dispute);

struct AssistanceFilter {
  std::string dispute;       // number; empty for what is due
  std::string organisation;  // of what is due; empty for any
  std::string state;
  absl::Time after_time = absl::UnixEpoch();
  std::string after_dispute;
  int after_ordinal = 0;
  int limit = 50;
};
// Of one dispute by ordinal.
Task<absl::StatusOr<std::vector<Assistance>>> ListAssistance(postgres::Database& database,
                                                             absl::Time deadline,
                                                             const AssistanceFilter& filter);
// With a running clock, by its end, dispute and ordinal.
Task<absl::StatusOr<std::vector<Assistance>>> ListDueAssistance(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const AssistanceFilter& filter);

}  // namespace maplebridge::registry
