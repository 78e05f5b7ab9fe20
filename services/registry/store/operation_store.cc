#include "services/registry/store/operation_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Row;
using postgres::Statement;

constexpr std::size_t kMostChunk = std::size_t{1} << 20;

#define MB_OPERATION_COLUMNS \
  "operation_id, kind, state, organisation, principal, " MB_TEXTS("roles") ", division, court, "  \
  "trace_id, heading, " MB_TEXTS("ignored_columns") ", filter, filter_organisation, "             \
  "filter_division, filter_state, after_number, row_count, done_count, imported_count, "          \
  "repeated_count, refused_count, fault_count, chunk_count, result_size, create_time, "           \
  "update_time, end_time, expire_time, result_destroyed"

// $1 id, $2 kind, $3 state, $4 organisation, $5 principal, $6 roles, $7 division, $8 court,
// $9 trace, $10 heading, $11 ignored columns, $12 filter, $13 to $15 its organisation, place and
// state, $16 time.
constexpr Statement kInsert{"operation_insert", R"(
  INSERT INTO operations (operation_id, kind, state, organisation, principal, roles, division,
                          court, trace_id, heading, ignored_columns, filter, filter_organisation,
                          filter_division, filter_state, create_time, update_time)
  VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9, $10, $11::text[], $12, $13, $14, $15,
          $16, $16))"};
// $1 operation, $2 ordinals, $3 lines, $4 cells, $5 faults.
constexpr Statement kInsertRows{"operation_rows_insert", R"(
  INSERT INTO operation_rows (operation_id, ordinal, line, cells, fault)
  SELECT $1, ordinal, line, cells, fault
  FROM unnest($2::int[], $3::int[], $4::bytea[], $5::text[]) AS r (ordinal, line, cells, fault))"};
// $1 operation.
constexpr Statement kDropRows{"operation_staging_rows_drop", R"(
  DELETE FROM operation_rows r USING operations o
  WHERE r.operation_id = $1 AND o.operation_id = $1 AND o.state = 'STAGING')"};
constexpr Statement kDrop{"operation_staging_drop", R"(
  DELETE FROM operations WHERE operation_id = $1 AND state = 'STAGING')"};
// $1 id.
constexpr Statement kRead{"operation_read",
                          "SELECT " MB_OPERATION_COLUMNS
                          " FROM operations WHERE operation_id = $1 AND state <> 'STAGING'"};
constexpr Statement kLock{"operation_lock", "SELECT " MB_OPERATION_COLUMNS
                                            " FROM operations WHERE operation_id = $1 FOR UPDATE"};
constexpr Statement kTake{"operation_take", "SELECT " MB_OPERATION_COLUMNS
                                            " FROM operations WHERE state = 'RUNNING'"
                                            " ORDER BY update_time LIMIT 1 FOR UPDATE SKIP LOCKED"};
// $1 id, $2 state, $3 after, $4 rows, $5 done, $6 imported, $7 repeated, $8 refused, $9 faults,
// $10 chunks, $11 size, $12 time, $13 end, $14 expiry.
constexpr Statement kUpdate{"operation_update", R"(
  UPDATE operations
  SET state = $2, after_number = $3, row_count = $4, done_count = $5, imported_count = $6,
      repeated_count = $7, refused_count = $8, fault_count = $9, chunk_count = $10,
      result_size = $11, update_time = $12, end_time = $13, expire_time = $14
  WHERE operation_id = $1)"};
// $1 id, $2 most, $3 time, $4 expiry.
constexpr Statement kRecordFault{"operation_fault", R"(
  UPDATE operations
  SET fault_count = fault_count + 1, update_time = $3,
      state = CASE WHEN fault_count + 1 >= $2::int THEN 'FAILED' ELSE state END,
      end_time = CASE WHEN fault_count + 1 >= $2::int THEN $3::timestamptz END,
      expire_time = CASE WHEN fault_count + 1 >= $2::int THEN $4::timestamptz END
  WHERE operation_id = $1 AND state = 'RUNNING')"};
// $1 id.
constexpr Statement kDropFailedRows{"operation_failed_rows", R"(
  DELETE FROM operation_rows r USING operations o
  WHERE r.operation_id = $1 AND o.operation_id = $1 AND o.state = 'FAILED')"};
// $1 principal, $2 organisation, $3 place, $4 court, $5 organisation of imports, $6 kind,
// $7 before, $8 limit.
constexpr Statement kList{"operations_list",
                          "SELECT " MB_OPERATION_COLUMNS
                          " FROM operations"
                          " WHERE state <> 'STAGING' AND ($6::text = '' OR kind = $6::text)"
                          " AND ($7::text = '' OR operation_id < $7::text)"
                          " AND ((kind = 'EXPORT' AND principal = $1 AND organisation = $2"
                          " AND division = $3 AND court = $4)"
                          " OR (kind = 'IMPORT' AND organisation = $5 AND $5::text <> ''))"
                          " ORDER BY operation_id DESC LIMIT $8::bigint"};
// $1 principal.
constexpr Statement kCountExports{"operations_running_exports", R"(
  SELECT count(*) FROM operations
  WHERE principal = $1 AND kind = 'EXPORT' AND state = 'RUNNING')"};
// $1 operation, $2 limit.
constexpr Statement kReadRows{"operation_rows_read", R"(
  SELECT ordinal, line, cells, fault FROM operation_rows
  WHERE operation_id = $1
  ORDER BY ordinal LIMIT $2::bigint)"};
// $1 operation, $2 ordinal.
constexpr Statement kDeleteRows{"operation_rows_delete", R"(
  DELETE FROM operation_rows WHERE operation_id = $1 AND ordinal <= $2::int)"};
// $1 operation, $2 ordinal, $3 bytes.
constexpr Statement kInsertChunk{"operation_chunk_insert", R"(
  INSERT INTO operation_chunks (operation_id, ordinal, bytes) VALUES ($1, $2, $3))"};
// $1 operation, $2 ordinal.
constexpr Statement kReadChunk{"operation_chunk_read", R"(
  SELECT bytes FROM operation_chunks WHERE operation_id = $1 AND ordinal = $2)"};
// $1 operation, $2 principal, $3 time, $4 trace.
constexpr Statement kRecordRead{"operation_read_record", R"(
  INSERT INTO operation_reads (operation_id, principal, read_time, trace_id)
  VALUES ($1, $2, $3, $4))"};
// $1 now. A few at a time, so that no transaction is long.
constexpr Statement kDestroyResults{"operation_results_destroy", R"(
  WITH expired AS (
    UPDATE operations SET result_destroyed = true
    WHERE operation_id IN (
      SELECT operation_id FROM operations
      WHERE end_time IS NOT NULL AND NOT result_destroyed AND expire_time <= $1
      ORDER BY expire_time LIMIT 10 FOR UPDATE SKIP LOCKED)
    RETURNING operation_id),
  destroyed AS (
    DELETE FROM operation_chunks WHERE operation_id IN (SELECT operation_id FROM expired))
  SELECT operation_id FROM expired)"};
// $1 abandoned before.
constexpr Statement kAbandoned{"operations_abandoned", R"(
  SELECT operation_id FROM operations WHERE state = 'STAGING' AND update_time < $1 LIMIT 10)"};

std::string HeadingPurpose(const std::string& id) {
  return absl::StrCat("operations/", id, "#heading");
}
std::string RowPurpose(const std::string& id, int ordinal) {
  return absl::StrCat("operations/", id, "/rows/", ordinal);
}
std::string ChunkPurpose(const std::string& id, int ordinal) {
  return absl::StrCat("operations/", id, "/chunks/", ordinal);
}

Operation OperationOf(const StoreKeys& keys, const Row& row) {
  Operation operation;
  int column = 0;
  const auto text = [&] { return row.Text(column++); };
  operation.id = text();
  operation.kind = text();
  operation.state = text();
  operation.organisation = text();
  operation.principal = text();
  operation.roles = TextsOf(row.View(column++));
  operation.division = text();
  operation.court = text();
  operation.trace_id = text();
  if (!row.IsNull(column)) {
    // Without it a step fails, and holds up no other operation.
    auto heading = keys.sealing->Open(HeadingPurpose(operation.id), row.Bytes(column));
    if (heading.ok()) operation.heading = *std::move(heading);
  }
  ++column;
  operation.ignored_columns = TextsOf(row.View(column++));
  operation.filter = text();
  operation.filter_organisation = text();
  operation.filter_division = text();
  operation.filter_state = text();
  operation.after_number = text();
  operation.row_count = row.Int64(column++);
  operation.done_count = row.Int64(column++);
  operation.imported_count = row.Int64(column++);
  operation.repeated_count = row.Int64(column++);
  operation.refused_count = row.Int64(column++);
  operation.fault_count = static_cast<int>(row.Int64(column++));
  operation.chunk_count = static_cast<int>(row.Int64(column++));
  operation.result_size = row.Int64(column++);
  operation.create_time = row.Time(column++);
  operation.update_time = row.Time(column++);
  operation.end_time = row.OptionalTime(column++);
  operation.expire_time = row.OptionalTime(column++);
  operation.result_destroyed = row.Bool(column++);
  return operation;
}

absl::StatusOr<Operation> OneOf(const absl::StatusOr<postgres::Result>& rows, const StoreKeys& keys,
                                const std::string& id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return NotFoundError("operations/" + id);
  return OperationOf(keys, (*rows)[0]);
}

postgres::Parameters InsertParameters(const StoreKeys& keys, const Operation& operation) {
  postgres::Parameters p;
  p.Add(operation.id);
  p.Add(operation.kind);
  p.Add(operation.state);
  p.Add(operation.organisation);
  p.Add(operation.principal);
  p.Add(TextArray(operation.roles));
  p.Add(operation.division);
  p.Add(operation.court);
  p.Add(operation.trace_id);
  if (operation.is_import()) {
    p.Add(postgres::Bytes{keys.sealing->Seal(HeadingPurpose(operation.id), operation.heading)});
  } else {
    p.Add(std::nullopt);
  }
  p.Add(TextArray(operation.ignored_columns));
  p.Add(operation.filter);
  p.Add(operation.filter_organisation);
  p.Add(operation.filter_division);
  p.Add(operation.filter_state);
  p.Add(operation.create_time);
  return p;
}

}  // namespace

Task<absl::Status> InsertOperation(postgres::Database& database, absl::Time deadline,
                                   const StoreKeys& keys, const Operation& operation) {
  auto inserted = co_await database.QueryWith(deadline, kInsert, InsertParameters(keys, operation));
  co_return inserted.status();
}

Task<absl::Status> InsertOperation(postgres::Transaction& transaction, const StoreKeys& keys,
                                   const Operation& operation) {
  auto inserted = co_await transaction.ExecuteWith(kInsert, InsertParameters(keys, operation));
  co_return inserted.status();
}

Task<absl::Status> InsertStagedRows(postgres::Database& database, absl::Time deadline,
                                    const StoreKeys& keys, const std::string& operation,
                                    const std::vector<StagedRow>& rows) {
  if (rows.empty()) co_return absl::OkStatus();
  ArrayParameter ordinals, lines, cells, faults;
  for (const StagedRow& row : rows) {
    ordinals.Push(std::int64_t{row.ordinal});
    lines.Push(std::int64_t{row.line});
    cells.PushBytes(keys.sealing->Seal(RowPurpose(operation, row.ordinal), row.cells));
    faults.Push(std::string_view(row.fault));
  }
  auto inserted = co_await database.Query(deadline, kInsertRows, operation, ordinals.Take(),
                                          lines.Take(), cells.Take(), faults.Take());
  co_return inserted.status();
}

Task<absl::Status> DropStaging(postgres::Database& database, absl::Time deadline,
                               const std::string& operation) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kDropRows, postgres::Parameters::Of(operation)});
  commands.push_back({&kDrop, postgres::Parameters::Of(operation)});
  auto dropped = co_await database.QueryAll(deadline, std::move(commands));
  co_return dropped.status();
}

Task<absl::StatusOr<Operation>> ReadOperation(postgres::Database& database, absl::Time deadline,
                                              const StoreKeys& keys, const std::string& id) {
  auto rows = co_await database.Query(deadline, kRead, id);
  co_return OneOf(rows, keys, id);
}

Task<absl::StatusOr<Operation>> ReadOperation(postgres::Transaction& transaction,
                                              const StoreKeys& keys, const std::string& id) {
  auto rows = co_await transaction.Execute(kRead, id);
  co_return OneOf(rows, keys, id);
}

Task<absl::StatusOr<Operation>> LockOperation(postgres::Transaction& transaction,
                                              const StoreKeys& keys, const std::string& id) {
  auto rows = co_await transaction.Execute(kLock, id);
  co_return OneOf(rows, keys, id);
}

Task<absl::StatusOr<std::optional<Operation>>> TakeOperation(postgres::Transaction& transaction,
                                                             const StoreKeys& keys) {
  auto rows = co_await transaction.Execute(kTake);
  if (!rows.ok()) co_return rows.status();
  std::optional<Operation> taken;
  if (rows->empty()) co_return taken;
  taken = OperationOf(keys, (*rows)[0]);
  co_return taken;
}

Task<absl::Status> UpdateOperation(postgres::Transaction& transaction, const Operation& operation) {
  auto updated = co_await transaction.Execute(
      kUpdate, operation.id, operation.state, operation.after_number, operation.row_count,
      operation.done_count, operation.imported_count, operation.repeated_count,
      operation.refused_count, operation.fault_count, operation.chunk_count, operation.result_size,
      operation.update_time, operation.end_time, operation.expire_time);
  co_return updated.status();
}

Task<absl::Status> RecordFault(postgres::Database& database, absl::Time deadline,
                               const std::string& id, int most, absl::Time now) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kRecordFault, postgres::Parameters::Of(id, most, now, now + kResultKept)});
  commands.push_back({&kDropFailedRows, postgres::Parameters::Of(id)});
  auto recorded = co_await database.QueryAll(deadline, std::move(commands));
  co_return recorded.status();
}

Task<absl::StatusOr<std::vector<Operation>>> ListOperations(postgres::Database& database,
                                                            absl::Time deadline,
                                                            const StoreKeys& keys,
                                                            const OperationFilter& filter) {
  auto rows = co_await database.Query(deadline, kList, filter.principal, filter.organisation,
                                      filter.division, filter.court, filter.import_organisation,
                                      filter.kind, filter.before, std::int64_t{filter.limit});
  if (!rows.ok()) co_return rows.status();
  std::vector<Operation> operations;
  for (int i = 0; i < rows->size(); ++i) operations.push_back(OperationOf(keys, (*rows)[i]));
  co_return operations;
}

Task<absl::StatusOr<int>> CountRunningExports(postgres::Transaction& transaction,
                                              const std::string& principal) {
  auto rows = co_await transaction.Execute(kCountExports, principal);
  if (!rows.ok()) co_return rows.status();
  co_return static_cast<int>((*rows)[0].Int64(0));
}

Task<absl::StatusOr<std::vector<StagedRow>>> ReadStagedRows(postgres::Transaction& transaction,
                                                            const StoreKeys& keys,
                                                            const std::string& operation,
                                                            int limit) {
  auto rows = co_await transaction.Execute(kReadRows, operation, std::int64_t{limit});
  if (!rows.ok()) co_return rows.status();
  std::vector<StagedRow> staged;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    StagedRow each;
    each.ordinal = static_cast<int>(row.Int64(0));
    each.line = static_cast<int>(row.Int64(1));
    auto cells = keys.sealing->Open(RowPurpose(operation, each.ordinal), row.Bytes(2));
    if (!cells.ok()) co_return cells.status();
    each.cells = *std::move(cells);
    each.fault = row.Text(3);
    staged.push_back(std::move(each));
  }
  co_return staged;
}

Task<absl::Status> DeleteStagedRows(postgres::Transaction& transaction,
                                    const std::string& operation, int ordinal) {
  auto deleted = co_await transaction.Execute(kDeleteRows, operation, ordinal);
  co_return deleted.status();
}

Task<absl::Status> AppendResult(postgres::Transaction& transaction, const StoreKeys& keys,
                                const std::string& bytes, Operation* operation) {
  for (std::size_t done = 0; done < bytes.size(); done += kMostChunk) {
    const std::string chunk = bytes.substr(done, kMostChunk);
    const int ordinal = operation->chunk_count;
    const postgres::Bytes sealed{keys.sealing->Seal(ChunkPurpose(operation->id, ordinal), chunk)};
    auto inserted = co_await transaction.Execute(kInsertChunk, operation->id, ordinal, sealed);
    if (!inserted.ok()) co_return inserted.status();
    ++operation->chunk_count;
    operation->result_size += static_cast<std::int64_t>(chunk.size());
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::string>> ReadResultChunk(postgres::Database& database, absl::Time deadline,
                                                  const StoreKeys& keys,
                                                  const std::string& operation, int ordinal) {
  auto rows = co_await database.Query(deadline, kReadChunk, operation, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return NotFoundError("operations/" + operation);
  co_return keys.sealing->Open(ChunkPurpose(operation, ordinal), (*rows)[0].Bytes(0));
}

Task<absl::Status> RecordOperationRead(postgres::Database& database, absl::Time deadline,
                                       const std::string& operation, const std::string& principal,
                                       absl::Time now, const std::string& trace_id) {
  auto recorded =
      co_await database.Query(deadline, kRecordRead, operation, principal, now, trace_id);
  co_return recorded.status();
}

Task<absl::StatusOr<int>> DestroyExpiredResults(postgres::Database& database, absl::Time deadline,
                                                absl::Time now, absl::Time abandoned) {
  auto destroyed = co_await database.Query(deadline, kDestroyResults, now);
  if (!destroyed.ok()) co_return destroyed.status();
  auto left = co_await database.Query(deadline, kAbandoned, abandoned);
  if (!left.ok()) co_return left.status();
  for (int i = 0; i < left->size(); ++i) {
    const std::string id = (*left)[i].Text(0);
    absl::Status dropped = co_await DropStaging(database, deadline, id);
    if (!dropped.ok()) co_return dropped;
  }
  co_return destroyed->size() + left->size();
}

}  // namespace maplebridge::registry
