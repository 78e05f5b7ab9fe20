// Old cases becoming disputes, many in one statement: dispute, parties, event and the case's number
// in its register commit together.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/old_case.h"
#include "services/registry/store/report_batch.h"

namespace maplebridge::registry {

// Imports of one organisation wait for each other until the transaction ends.
Task<absl::Status> LockRegister(postgres::Transaction& transaction,
                                const std::string& organisation);

struct ImportedCase {
  std::string content_match;  // a keyed hash of ContentOf
  std::string dispute;        // number
};
// Those of the numbers that were brought in before, by number.
Task<absl::StatusOr<std::map<std::string, ImportedCase>>> FindImportedCases(
    postgres::Transaction& transaction, const std::string& organisation,
    const std::vector<std::string>& register_numbers);

// Numbers in their old registers of those of the disputes that were brought in, by dispute.
Task<absl::StatusOr<std::map<std::string, std::string>>> ReadRegisterNumbers(
    postgres::Database& database, absl::Time deadline, const std::vector<std::string>& disputes);

// A case that is new to its organisation.
struct NewOldCase {
  OldCase old_case;
  std::string content_match;
  Dispute dispute;  // its number is given here
};
// Who brings them in, and when.
struct ImportRecord {
  std::string operation;  // id
  std::string organisation;
  std::string principal, trace_id;
  absl::Time now;
};
// The register is locked and has none of them.
Task<absl::Status> InsertOldCases(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const PayloadOf& payload, const ImportRecord& record,
                                  std::vector<NewOldCase>* cases);

}  // namespace maplebridge::registry
