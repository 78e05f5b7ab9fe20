#include "common/postgres/database.h"

#include <algorithm>
#include <iterator>

#include "common/postgres/error_table.h"
#include "common/status/error.h"

namespace maplebridge::postgres {
namespace {

constexpr Statement kBegin{"begin", "BEGIN"};
constexpr Statement kCommit{"commit", "COMMIT"};
constexpr Statement kRollback{"rollback", "ROLLBACK"};
// The server stops what the caller no longer waits for.
constexpr Statement kTimeout{"set_timeout", "SELECT set_config('statement_timeout', $1, true)"};
constexpr Statement kPing{"ping", "SELECT 1"};

constexpr absl::Duration kFirstBackOff = absl::Milliseconds(50);
constexpr absl::Duration kLongestBackOff = absl::Seconds(2);
constexpr absl::Duration kConnectTimeout = absl::Seconds(5);

Command TimeoutCommand(absl::Time deadline) {
  absl::Duration left = std::clamp(deadline - absl::Now(), absl::Milliseconds(1), absl::Hours(1));
  return {&kTimeout, Parameters::Of(absl::StrCat(absl::ToInt64Milliseconds(left)))};
}

}  // namespace

Task<absl::StatusOr<Result>> Transaction::ExecuteWith(const Statement& statement,
                                                      Parameters parameters) {
  std::vector<Command> commands;
  commands.push_back({&statement, std::move(parameters)});
  absl::StatusOr<std::vector<Result>> results = co_await ExecuteAll(std::move(commands));
  if (!results.ok()) co_return results.status();
  co_return std::move(results->back());
}

Task<absl::StatusOr<std::vector<Result>>> Transaction::ExecuteAll(std::vector<Command> commands) {
  return Send(std::move(commands));
}

Task<absl::StatusOr<std::vector<Result>>> Transaction::Send(std::vector<Command> commands) {
  std::vector<Command> all;
  if (!begun_) {
    begun_ = true;
    all.push_back({&kBegin, {}});
    all.push_back(TimeoutCommand(deadline_));
  }
  std::move(later_.begin(), later_.end(), std::back_inserter(all));
  later_.clear();
  const auto extra = static_cast<std::ptrdiff_t>(all.size());
  std::move(commands.begin(), commands.end(), std::back_inserter(all));
  absl::StatusOr<std::vector<Result>> results = co_await connection_.Run(std::move(all), deadline_);
  if (results.ok()) results->erase(results->begin(), results->begin() + extra);
  co_return results;
}

Task<absl::Status> Transaction::Commit() {
  if (!begun_ && later_.empty()) co_return absl::OkStatus();
  std::vector<Command> commands;
  commands.push_back({&kCommit, {}});
  auto results = co_await Send(std::move(commands));
  if (!results.ok()) co_return results.status();
  // A COMMIT of a failed transaction is no error to PostgreSQL; it rolls back and says so.
  if (results->back().command() != "COMMIT") {
    co_return absl::InternalError("a statement had failed; the transaction was rolled back");
  }
  co_return absl::OkStatus();
}

Task<void> Transaction::Rollback() {
  if (!connection_.usable() || !connection_.in_transaction()) co_return;
  std::vector<Command> commands;
  commands.push_back({&kRollback, {}});
  co_await connection_.Run(std::move(commands), absl::Now() + absl::Seconds(2));
}

namespace {

absl::Status TooLate() {
  return ReasonError(absl::StatusCode::kDeadlineExceeded, reason::kDeadlinePassed,
                     "the deadline passed before the database was free; nothing was stored");
}

}  // namespace

struct Database::Waiter {
  std::function<void()> resume;
};

Database::Database(DatabaseOptions options) : options_(std::move(options)) {}
Database::~Database() = default;

Task<absl::StatusOr<std::unique_ptr<Connection>>> Database::Acquire(absl::Time deadline) {
  while (true) {
    // Who leaves without a connection passes its turn on.
    if (absl::Now() >= deadline) {
      Wake();
      co_return TooLate();
    }
    while (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->StillOpen()) co_return connection;
      --open_;
    }
    if (absl::Now() < retry_after_) {
      // Known to be down: the caller hears it at once and memory stays bounded.
      Wake();
      co_return RetryLaterError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                                "the database cannot be reached; nothing was stored; try again",
                                retry_after_ - absl::Now() + kFirstBackOff);
    }
    if (open_ < options_.connections) {
      ++open_;
      auto connection = co_await Connection::Open(
          options_.conninfo, std::min(deadline, absl::Now() + kConnectTimeout));
      if (connection.ok()) {
        reachable_ = true;
        back_off_ = absl::ZeroDuration();
        co_return connection;
      }
      --open_;
      // A caller whose own time ran out says nothing of the server.
      if (absl::Now() >= deadline) {
        Wake();
        co_return TooLate();
      }
      reachable_ = false;
      back_off_ = std::min(std::max(back_off_ * 2, kFirstBackOff), kLongestBackOff);
      retry_after_ = absl::Now() + back_off_;
      Wake();
      co_return connection.status();
    }
    if (waiting() >= options_.waiting) {
      co_return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
                                "too many calls wait for the database; nothing was stored",
                                absl::Milliseconds(200));
    }
    auto waiter = std::make_shared<Waiter>();
    co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      auto once = std::make_shared<bool>(false);
      auto cancel = EventLoop::Current()->After(deadline - absl::Now(), [waiter] {
        if (waiter->resume) waiter->resume();
      });
      waiter->resume = [once, resolve, cancel] {
        if (std::exchange(*once, true)) return;
        cancel();
        resolve(true);
      };
      waiters_.push_back(waiter);
      waiting_ = static_cast<int>(waiters_.size());
    });
    waiter->resume = nullptr;
    std::erase(waiters_, waiter);
    waiting_ = static_cast<int>(waiters_.size());
  }
}

void Database::Wake() {
  if (waiters_.empty()) return;
  auto waiter = waiters_.front();
  waiters_.pop_front();
  waiting_ = static_cast<int>(waiters_.size());
  if (waiter->resume) waiter->resume();
}

void Database::Release(std::unique_ptr<Connection> connection) {
  if (connection->usable() && !connection->in_transaction()) {
    idle_.push_back(std::move(connection));
  } else {
    // Idle ones probably lost the same server: try them no more.
    if (!connection->usable()) {
      open_ -= static_cast<int>(idle_.size());
      for (std::size_t freed = idle_.size(); freed > 0; --freed) Wake();
      idle_.clear();
    }
    --open_;
  }
  Wake();
}

Task<absl::StatusOr<Result>> Database::QueryWith(absl::Time deadline, const Statement& statement,
                                                 Parameters parameters) {
  std::vector<Command> commands;
  commands.push_back({&statement, std::move(parameters)});
  auto results = co_await QueryAll(deadline, std::move(commands));
  if (!results.ok()) co_return results.status();
  co_return std::move(results->back());
}

Task<absl::StatusOr<std::vector<Result>>> Database::QueryAll(absl::Time deadline,
                                                             std::vector<Command> commands) {
  auto connection = co_await Acquire(deadline);
  if (!connection.ok()) co_return connection.status();
  Lease lease(*this, std::move(*connection));
  auto results = co_await lease->Run(std::move(commands), deadline);
  co_return results;
}

Task<absl::Status> Database::Ping(absl::Time deadline) {
  auto result = co_await Query(deadline, kPing);
  if (!result.ok()) reachable_ = false;
  co_return result.status();
}

}  // namespace maplebridge::postgres
