// A database of its own for one test, on the cluster that MAPLEBRIDGE_TEST_DATABASE names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/postgres/connection.h"
#include "common/postgres/migration.h"

namespace maplebridge::postgres {

class TestDatabase {
 public:
  // Creates a database with the tables that every service has, and then `migrations`. Ends the test
  // program with a clear line when there is no cluster.
  explicit TestDatabase(EventLoop& loop, const std::vector<Migration>& migrations = {});
  // Drops it, and whoever is still connected.
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& conninfo() const { return conninfo_; }
  // First column of the first row as text; "" for no row or NULL. Fails the test on an error.
  std::string Value(const std::string& sql);
  void Execute(const std::string& sql) { Value(sql); }
  // A connection that belongs to `loop`.
  std::unique_ptr<Connection> Connect();

 private:
  EventLoop& loop_;
  std::string name_;
  std::string conninfo_;
};

// Runs one text on an open connection; for several in one transaction, call it several times.
absl::StatusOr<Result> RunText(EventLoop& loop, Connection& connection, const std::string& sql);

}  // namespace maplebridge::postgres
