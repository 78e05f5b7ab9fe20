// Numbered SQL, forward only: each service's binary carries its own and runs it with --migrate.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace maplebridge::postgres {

struct Migration {
  // 1, 2, 3, … without gaps.
  int number;
  std::string name;
  std::string sql;
};

// Runs what the database does not have yet, each in a transaction with its record, under an
// advisory lock so that replicas take turns. FAILED_PRECONDITION when one that ran has since been
// changed (SHA-256 differs) or the database is newer than this binary. Blocks; for main only.
absl::Status Migrate(const std::string& conninfo, const std::vector<Migration>& migrations);

// OK when the database has exactly these migrations.
absl::Status CheckMigrated(const std::string& conninfo, const std::vector<Migration>& migrations);

// Tables that every service has: events, request_ids, deadlines, feed_cursors, contents.
// Service migrations follow with numbers from 2.
Migration CommonMigration();

}  // namespace maplebridge::postgres
