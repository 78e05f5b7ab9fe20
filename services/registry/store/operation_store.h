// All SQL on operations, the rows that wait for them and what they made. Rows and results are
// sealed.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/operation.h"
#include "services/registry/store/party_store.h"

namespace maplebridge::registry {

Task<absl::Status> InsertOperation(postgres::Database& database, absl::Time deadline,
                                   const StoreKeys& keys, const Operation& operation);
Task<absl::Status> InsertOperation(postgres::Transaction& transaction, const StoreKeys& keys,
                                   const Operation& operation);
Task<absl::Status> InsertStagedRows(postgres::Database& database, absl::Time deadline,
                                    const StoreKeys& keys, const std::string& operation,
                                    const std::vector<StagedRow>& rows);
// Of an operation in STAGING, with its rows: it never was.
Task<absl::Status> DropStaging(postgres::Database& database, absl::Time deadline,
                               const std::string& operation);

// NOT_FOUND also while it is STAGING.
Task<absl::StatusOr<Operation>> ReadOperation(postgres::Database& database, absl::Time deadline,
                                              const StoreKeys& keys, const std::string& id);
Task<absl::StatusOr<Operation>> ReadOperation(postgres::Transaction& transaction,
                                              const StoreKeys& keys, const std::string& id);
// With the row locked until the transaction ends, in any state.
Task<absl::StatusOr<Operation>> LockOperation(postgres::Transaction& transaction,
                                              const StoreKeys& keys, const std::string& id);
// The RUNNING one that waited longest and that nobody else works on, locked; unset when there is
// none.
Task<absl::StatusOr<std::optional<Operation>>> TakeOperation(postgres::Transaction& transaction,
                                                             const StoreKeys& keys);
// Stores what a step may change.
Task<absl::Status> UpdateOperation(postgres::Transaction& transaction, const Operation& operation);
// Counts a step that failed; the operation is FAILED with the last of `most`.
Task<absl::Status> RecordFault(postgres::Database& database, absl::Time deadline,
                               const std::string& id, int most, absl::Time now);

// Which operations a list holds, the latest first: those of the principal with the same place, and
// the imports of `import_organisation`.
struct OperationFilter {
  std::string principal;
  std::string organisation, division, court;
  std::string import_organisation;  // empty: none
  std::string kind;                 // empty: any
  std::string before;               // go on before this id; empty: from the latest
  int limit = 50;
};
Task<absl::StatusOr<std::vector<Operation>>> ListOperations(postgres::Database& database,
                                                            absl::Time deadline,
                                                            const StoreKeys& keys,
                                                            const OperationFilter& filter);
// How many exports of the principal are RUNNING.
Task<absl::StatusOr<int>> CountRunningExports(postgres::Transaction& transaction,
                                              const std::string& principal);

// The first rows that wait.
Task<absl::StatusOr<std::vector<StagedRow>>> ReadStagedRows(postgres::Transaction& transaction,
                                                            const StoreKeys& keys,
                                                            const std::string& operation,
                                                            int limit);
// Those up to `ordinal`.
Task<absl::Status> DeleteStagedRows(postgres::Transaction& transaction,
                                    const std::string& operation, int ordinal);

// Adds bytes to the result, in chunks of at most 1 MiB, and counts them in the operation.
Task<absl::Status> AppendResult(postgres::Transaction& transaction, const StoreKeys& keys,
                                const std::string& bytes, Operation* operation);
// NOT_FOUND when it is destroyed. DATA_LOSS when it was changed.
Task<absl::StatusOr<std::string>> ReadResultChunk(postgres::Database& database, absl::Time deadline,
                                                  const StoreKeys& keys,
                                                  const std::string& operation, int ordinal);
Task<absl::Status> RecordOperationRead(postgres::Database& database, absl::Time deadline,
                                       const std::string& operation, const std::string& principal,
                                       absl::Time now, const std::string& trace_id);

// Destroys the results whose time is over, and operations that were STAGING before `abandoned`.
// Answers how many operations it changed.
Task<absl::StatusOr<int>> DestroyExpiredResults(postgres::Database& database, absl::Time deadline,
                                                absl::Time now, absl::Time abandoned);

}  // namespace maplebridge::registry
