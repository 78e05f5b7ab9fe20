// The database of a service as one event loop sees it: a pool of connections, single statements and
// transactions. Every call is bound to its deadline; nothing blocks.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/postgres/connection.h"
#include "common/status/macros.h"

namespace maplebridge::postgres {

class Database;

// Proof that a transaction is open. Begins with its first statement.
class Transaction {
 public:
  Transaction(Connection& connection, absl::Time deadline)
      : connection_(connection), deadline_(deadline) {}
  Transaction(const Transaction&) = delete;

  template <typename... Values>
  Task<absl::StatusOr<Result>> Execute(const Statement& statement, Values... values) {
    return ExecuteWith(statement, Parameters::Of(std::move(values)...));
  }
  Task<absl::StatusOr<Result>> ExecuteWith(const Statement& statement, Parameters parameters);
  // Several statements in one round trip; their results in order.
  Task<absl::StatusOr<std::vector<Result>>> ExecuteAll(std::vector<Command> commands);

  // Statements whose results nobody reads: they go with the next round trip, at the latest with
  // that of the commit, and before what is executed then. An error of theirs is answered there.
  void Later(Command command) { later_.push_back(std::move(command)); }

  absl::Time deadline() const { return deadline_; }
  // Work to do once the transaction has committed (wake a feed, count a metric).
  void AfterCommit(std::function<void()> work) { after_commit_.push_back(std::move(work)); }

 private:
  friend class Database;
  Task<absl::Status> Commit();
  Task<void> Rollback();
  // These, and before them what has to be sent first.
  Task<absl::StatusOr<std::vector<Result>>> Send(std::vector<Command> commands);

  Connection& connection_;
  absl::Time deadline_;
  bool begun_ = false;
  std::vector<Command> later_;
  std::vector<std::function<void()>> after_commit_;
};

struct DatabaseOptions {
  std::string conninfo;
  // Connections a loop may open.
  int connections = 8;
  // Calls that may wait for a connection before new ones are refused.
  int waiting = 2000;
};

// Belongs to one loop; every call is made on it.
class Database {
 public:
  explicit Database(DatabaseOptions options);
  ~Database();

  // One statement in its own transaction.
  template <typename... Values>
  Task<absl::StatusOr<Result>> Query(absl::Time deadline, const Statement& statement,
                                     Values... values) {
    return QueryWith(deadline, statement, Parameters::Of(std::move(values)...));
  }
  Task<absl::StatusOr<Result>> QueryWith(absl::Time deadline, const Statement& statement,
                                         Parameters parameters);
  // Several statements in one round trip and one transaction: all or none.
  Task<absl::StatusOr<std::vector<Result>>> QueryAll(absl::Time deadline,
                                                     std::vector<Command> commands);

  // Runs `body` in a transaction: commits when it answers OK, rolls back otherwise. Runs it anew on
  // a serialisation failure or deadlock, until the deadline; so `body` keeps no state of its own.
  template <typename T>
  Task<absl::StatusOr<T>> Transact(absl::Time deadline,
                                   std::function<Task<absl::StatusOr<T>>(Transaction&)> body) {
    while (true) {
      absl::StatusOr<std::unique_ptr<Connection>> connection = co_await Acquire(deadline);
      if (!connection.ok()) co_return connection.status();
      Lease lease(*this, std::move(*connection));
      Transaction transaction(*lease, deadline);
      absl::StatusOr<T> answer = co_await body(transaction);
      absl::Status status = answer.status();
      if (status.ok()) status = co_await transaction.Commit();
      if (!status.ok()) co_await transaction.Rollback();
      lease.GiveBack();
      if (status.ok()) {
        for (auto& work : transaction.after_commit_) work();
        co_return answer;
      }
      if (!IsRerunnable(status) || absl::Now() >= deadline) co_return status;
    }
  }

  // True when the last attempt to reach the server succeeded.
  bool reachable() const { return reachable_; }
  // Answers OK when the server answers.
  Task<absl::Status> Ping(absl::Time deadline);

  const DatabaseOptions& options() const { return options_; }
  // For metrics; any thread.
  int waiting() const { return waiting_.load(std::memory_order_relaxed); }
  int open() const { return open_.load(std::memory_order_relaxed); }

 private:
  struct Waiter;
  // Gives a connection back however its user ends, also by an exception.
  class Lease {
   public:
    Lease(Database& database, std::unique_ptr<Connection> connection)
        : database_(database), connection_(std::move(connection)) {}
    ~Lease() { GiveBack(); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    void GiveBack() {
      if (connection_) database_.Release(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
  };
  Task<absl::StatusOr<std::unique_ptr<Connection>>> Acquire(absl::Time deadline);
  void Release(std::unique_ptr<Connection> connection);
  void Wake();

  DatabaseOptions options_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::deque<std::shared_ptr<Waiter>> waiters_;
  std::atomic<int> open_ = 0;
  std::atomic<int> waiting_ = 0;  // size of waiters_
  bool reachable_ = true;
  absl::Time retry_after_ = absl::InfinitePast();
  absl::Duration back_off_ = absl::ZeroDuration();
};

}  // namespace maplebridge::postgres
