// All SQL on transfers.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

// The clock of an open offer, beside the dispute's own.
inline constexpr char kTransferClock[] = "transfer";

struct Transfer {
  std::string dispute;  // number
  int ordinal = 0;
  std::string state = "OFFERED";  // "ACCEPTED", "DECLINED", "CANCELLED", "LAPSED"
  std::string from_organisation, to_organisation;
  std::string explanation;
  std::string answer;
  ClockEnd clock;
  absl::Time create_time;
  std::optional<absl::Time> end_time;

  std::string name() const;
};

Task<absl::Status> InsertTransfer(postgres::Transaction& transaction, const Transfer& transfer,
                                  const std::string& principal);
// NOT_FOUND when there is none. The dispute's row is the lock of its transfers.
Task<absl::StatusOr<Transfer>> ReadTransfer(postgres::Transaction& transaction,
                                            const std::string& dispute, int ordinal);
// Ends the open offer of a dispute; nothing when there is none.
Task<absl::Status> EndOffer(postgres::Transaction& transaction, const std::string& dispute,
                            const std::string& state, const std::string& answer, absl::Time now,
                            const std::string& principal);

struct TransferFilter {
  // A dispute's number, or an organisation that offered or was offered.
  std::string dispute, organisation;
  std::string state;
  std::string after_dispute;
  int after_ordinal = 0;
  int limit = 50;
};
// By dispute and ordinal.
Task<absl::StatusOr<std::vector<Transfer>>> ListTransfers(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const TransferFilter& filter);

}  // namespace maplebridge::registry
