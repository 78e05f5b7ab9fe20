#include "common/postgres/migration.h"

#include <absl/strings/escaping.h>
#include <libpq-fe.h>
#include <openssl/sha.h>

#include <memory>

#include "common/postgres/common_tables.h"
#include "common/status/error.h"
#include "common/status/macros.h"

namespace maplebridge::postgres {
namespace {

// Any constant will do; "maplebr" read as a number.
constexpr char kLock[] = "SELECT pg_advisory_lock(30794912321)";
constexpr char kTable[] = R"(
CREATE TABLE IF NOT EXISTS schema_migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
))";

// libpq's blocking calls: this runs before any loop does.
class Session {
 public:
  explicit Session(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {}
  ~Session() { PQfinish(connection_); }
  absl::Status Connected() const {
    if (PQstatus(connection_) == CONNECTION_OK) return absl::OkStatus();
    return absl::UnavailableError(std::string("database: ") + PQerrorMessage(connection_));
  }
  absl::StatusOr<std::vector<std::vector<std::string>>> Run(const std::string& sql) {
    PGresult* result = PQexec(connection_, sql.c_str());  // layering: blocking is meant here
    ExecStatusType status = PQresultStatus(result);
    std::vector<std::vector<std::string>> rows;
    for (int i = 0; i < PQntuples(result); ++i) {
      rows.emplace_back();
      for (int j = 0; j < PQnfields(result); ++j) rows.back().push_back(PQgetvalue(result, i, j));
    }
    std::string message = PQresultErrorMessage(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      return absl::InternalError(message);
    }
    return rows;
  }

 private:
  PGconn* connection_;
};

std::string Digest(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

// Checks what ran already against what this binary carries; answers how many ran.
absl::StatusOr<std::size_t> CheckApplied(Session& session,
                                         const std::vector<Migration>& migrations) {
  MB_ASSIGN_OR_RETURN(
      auto rows, session.Run("SELECT number, name, sha256 FROM schema_migrations ORDER BY number"));
  if (rows.size() > migrations.size()) {
    return absl::FailedPreconditionError(
        "the database is newer than this binary: it has migration " + rows.back()[0] + " " +
        rows.back()[1] + "; deploy the newer binary");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i][2] != Digest(migrations[i].sql)) {
      return absl::FailedPreconditionError("migration " + rows[i][0] + " " + rows[i][1] +
                                           " ran with another text; migrations are never edited, "
                                           "add a new one");
    }
  }
  return rows.size();
}

}  // namespace

absl::Status Migrate(const std::string& conninfo, const std::vector<Migration>& migrations) {
  Session session(conninfo);
  MB_RETURN_IF_ERROR(session.Connected());
  // Migrations may take longer than a call's statements.
  MB_RETURN_IF_ERROR(session.Run("SET statement_timeout = 0").status());
  MB_RETURN_IF_ERROR(session.Run("SET client_min_messages = warning").status());
  MB_RETURN_IF_ERROR(session.Run(kLock).status());
  MB_RETURN_IF_ERROR(session.Run(kTable).status());
  MB_ASSIGN_OR_RETURN(std::size_t applied, CheckApplied(session, migrations));
  for (std::size_t i = applied; i < migrations.size(); ++i) {
    const Migration& migration = migrations[i];
    std::string record = "INSERT INTO schema_migrations (number, name, sha256) VALUES (" +
                         std::to_string(migration.number) + ", '" + migration.name + "', '" +
                         Digest(migration.sql) + "')";
    absl::Status status =
        session.Run("BEGIN;\n" + migration.sql + ";\n" + record + ";\nCOMMIT").status();
    if (!status.ok()) {
      return absl::InternalError("migration " + std::to_string(migration.number) + " " +
                                 migration.name + ": " + std::string(status.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMigrated(const std::string& conninfo, const std::vector<Migration>& migrations) {
  Session session(conninfo);
  MB_RETURN_IF_ERROR(session.Connected());
  auto applied = CheckApplied(session, migrations);
  if (!applied.ok() && applied.status().code() != absl::StatusCode::kFailedPrecondition) {
    return absl::FailedPreconditionError("the database has not been migrated: run with --migrate");
  }
  MB_RETURN_IF_ERROR(applied.status());
  if (*applied < migrations.size()) {
    return absl::FailedPreconditionError("the database lacks migration " +
                                         migrations[*applied].name + ": run with --migrate");
  }
  return absl::OkStatus();
}

Migration CommonMigration() { return {1, "common", kCommonTables}; }

}  // namespace maplebridge::postgres
