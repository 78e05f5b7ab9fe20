#include "common/postgres/testing/test_database.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>

namespace maplebridge::postgres {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(20);

std::string Cluster() {
  const char* conninfo = std::getenv("MAPLEBRIDGE_TEST_DATABASE");
  if (conninfo == nullptr) {
    std::fprintf(stderr,
                 "MAPLEBRIDGE_TEST_DATABASE names no cluster: run this by `tests/run --only "
                 "integration`, which starts a private one\n");
    std::exit(2);
  }
  return conninfo;
}

absl::StatusOr<std::unique_ptr<Connection>> Open(EventLoop& loop, const std::string& conninfo) {
  return RunBlocking(loop, Connection::Open(conninfo, absl::Now() + kTimeout));
}

// Statements live as long as the program. Any thread.
const Statement& StatementOf(const std::string& sql) {
  static std::mutex mutex;
  static std::deque<std::pair<std::string, std::string>> texts;
  static std::deque<Statement> statements;
  std::lock_guard<std::mutex> lock(mutex);
  texts.emplace_back(absl::StrCat("text_", texts.size()), sql);
  statements.push_back({texts.back().first.c_str(), texts.back().second.c_str()});
  return statements.back();
}

Task<absl::StatusOr<Result>> RunOn(Connection& connection, const std::string& sql) {
  std::vector<Command> commands;
  commands.push_back({&StatementOf(sql), Parameters()});
  auto results = co_await connection.Run(std::move(commands), absl::Now() + kTimeout);
  if (!results.ok()) co_return results.status();
  co_return std::move((*results)[0]);
}

}  // namespace

absl::StatusOr<Result> RunText(EventLoop& loop, Connection& connection, const std::string& sql) {
  return RunBlocking(loop, RunOn(connection, sql));
}

TestDatabase::TestDatabase(EventLoop& loop, const std::vector<Migration>& migrations)
    : loop_(loop) {
  static std::atomic<int> count{0};
  name_ = absl::StrCat("test_", getpid(), "_", ++count);
  auto connection = Open(loop, Cluster());
  if (connection.ok()) {
    EXPECT_TRUE(RunText(loop, **connection, "CREATE DATABASE " + name_).ok());
  } else {
    ADD_FAILURE() << connection.status();
  }
  conninfo_ = absl::StrCat(Cluster(), " dbname=", name_);
  std::vector<Migration> all{CommonMigration()};
  all.insert(all.end(), migrations.begin(), migrations.end());
  absl::Status migrated = Migrate(conninfo_, all);
  EXPECT_TRUE(migrated.ok()) << migrated;
}

TestDatabase::~TestDatabase() {
  auto connection = Open(loop_, Cluster());
  if (connection.ok()) {
    (void)RunText(loop_, **connection, "DROP DATABASE " + name_ + " WITH (FORCE)");
  }
}

std::unique_ptr<Connection> TestDatabase::Connect() {
  auto connection = Open(loop_, conninfo_);
  EXPECT_TRUE(connection.ok()) << connection.status();
  return connection.ok() ? std::move(*connection) : nullptr;
}

std::string TestDatabase::Value(const std::string& sql) {
  std::unique_ptr<Connection> connection = Connect();
  if (connection == nullptr) return "";
  auto result = RunText(loop_, *connection, sql);
  EXPECT_TRUE(result.ok()) << sql << ": " << result.status();
  if (!result.ok() || result->size() == 0 || (*result)[0].IsNull(0)) return "";
  return (*result)[0].Text(0);
}

}  // namespace maplebridge::postgres
