#include "common/postgres/error_table.h"

#include <absl/strings/cord.h>

#include "common/postgres/connection.h"
#include "common/status/error.h"

namespace maplebridge::postgres {
namespace {

constexpr char kSqlStatePayload[] = "maplebridge/sqlstate";
constexpr char kConstraintPayload[] = "maplebridge/constraint";

struct ErrorRow {
  const char* prefix;  // whole SQLSTATE or its class; the first match counts
  absl::StatusCode code;
  std::string_view reason;
  const char* text;
};

constexpr ErrorRow kErrors[] = {
    {"23505", absl::StatusCode::kAlreadyExists, reason::kResourceExists,
     "a row with this key exists already; nothing was stored"},
    {"23", absl::StatusCode::kFailedPrecondition, reason::kGuardFailed,
     "a rule of the schema refuses the row; nothing was stored"},
    {"22", absl::StatusCode::kInvalidArgument, reason::kFieldInvalid,
     "a value cannot be stored; nothing was stored"},
    {"40001", absl::StatusCode::kAborted, reason::kOverloaded,
     "another change came between; nothing was stored; try again"},
    {"40P01", absl::StatusCode::kAborted, reason::kOverloaded,
     "another change came between; nothing was stored; try again"},
    {"57014", absl::StatusCode::kDeadlineExceeded, reason::kDeadlinePassed,
     "the statement took too long and was cancelled; nothing was stored"},
    {"57P", absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
     "the database is restarting; try again"},
    {"53", absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
     "the database is short of resources; try again"},
    {"08", absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
     "the connection to the database failed; try again"},
    {"25P03", absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
     "the transaction stood still for too long and was ended; nothing was stored; try again"},
    {"25006", absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
     "the database has changed its role; try again"},
};

}  // namespace

absl::Status StatusOfSqlState(std::string_view sqlstate, std::string_view constraint) {
  absl::Status status = absl::OkStatus();
  for (const ErrorRow& row : kErrors) {
    if (sqlstate.substr(0, std::string_view(row.prefix).size()) != row.prefix) continue;
    std::string text = row.text;
    if (!constraint.empty()) text += " (" + std::string(constraint) + ")";
    status = row.code == absl::StatusCode::kUnavailable
                 ? RetryLaterError(row.code, row.reason, text, absl::Seconds(1))
                 : ReasonError(row.code, row.reason, text);
    break;
  }
  if (status.ok()) {
    status = ReasonError(absl::StatusCode::kInternal, reason::kInternal,
                         "the database refused a statement, SQLSTATE " + std::string(sqlstate));
  }
  status.SetPayload(kSqlStatePayload, absl::Cord(std::string(sqlstate)));
  if (!constraint.empty())
    status.SetPayload(kConstraintPayload, absl::Cord(std::string(constraint)));
  return status;
}

absl::Status ConnectionLostError() {
  return RetryLaterError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                         "the connection to the database was lost; a change may or may not have "
                         "been stored; try again with the same request_id",
                         absl::Seconds(1));
}

std::string SqlStateOf(const absl::Status& status) {
  auto payload = status.GetPayload(kSqlStatePayload);
  return payload ? std::string(*payload) : "";
}

std::string ConstraintOf(const absl::Status& status) {
  auto payload = status.GetPayload(kConstraintPayload);
  return payload ? std::string(*payload) : "";
}

bool IsRowError(const absl::Status& status) {
  std::string state = SqlStateOf(status);
  return state.rfind("22", 0) == 0 || state.rfind("23", 0) == 0;
}

bool IsRerunnable(const absl::Status& status) {
  std::string state = SqlStateOf(status);
  return state == "40001" || state == "40P01";
}

}  // namespace maplebridge::postgres
