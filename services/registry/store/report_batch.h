// Creating disputes, many in one statement: dispute, parties, clock, event and request_id of each
// commit together. Whether a call repeats an earlier one is answered by its row, not by an error.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/store/dispute_store.h"
#include "services/registry/store/number_lease.h"

namespace maplebridge::registry {

// A dispute to be created; its number is given here.
struct NewDispute {
  Dispute dispute;
  std::string event;  // "Report" or "Accept"
  std::string principal, method, request_id, digest, trace_id;
};

enum class ReportOutcome {
  kStored,
  // The request_id was used before with the same body: `dispute.number` is what it made.
  kRepeated,
  // The request_id was used before with another body.
  kReused,
  // The same request_id is being stored by somebody else right now: ask again.
  kAgain,
};
struct ReportAnswer {
  ReportOutcome outcome = ReportOutcome::kStored;
  Dispute dispute;
};

// Makes the event's payload of a dispute.
using PayloadOf = std::function<std::string(const Dispute&)>;

// Belongs to one loop.
class ReportBatch {
 public:
  ReportBatch(postgres::Database& database, StoreKeys keys, PayloadOf payload)
      : database_(database),
        keys_(std::move(keys)),
        payload_(std::move(payload)),
        numbers_(database) {}

  // One answer for each item, in order. Items with the same request_id must not share a batch.
  Task<absl::StatusOr<std::vector<absl::StatusOr<ReportAnswer>>>> Run(
      const std::vector<const NewDispute*>& items, absl::Time deadline);

 private:
  postgres::Database& database_;
  StoreKeys keys_;
  PayloadOf payload_;
  NumberLease numbers_;
};

// Creates one dispute in a transaction at hand, with a serial of its own.
Task<absl::StatusOr<Dispute>> CreateDispute(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const PayloadOf& payload,
                                            const NewDispute& item);

}  // namespace maplebridge::registry
