#include "common/postgres/connection.h"

#include <absl/container/flat_hash_set.h>
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/postgres/error_table.h"
#include "common/status/error.h"

namespace maplebridge::postgres {
namespace {
namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

enum class Readiness { kReady, kTimedOut, kBroken };

// Waits until the socket can be read or written, or the deadline. Either way exactly one answer.
class SocketWait {
 public:
  SocketWait(Descriptor& descriptor, Descriptor::wait_type kind, absl::Time deadline)
      : descriptor_(descriptor),
        kind_(kind),
        deadline_(deadline),
        timer_(descriptor.get_executor()) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    // Both handlers must have run before the coroutine, which owns this object, goes on.
    auto finish = [this, handle] {
      if (--pending_ == 0) handle.resume();
    };
    pending_ = 1;
    if (deadline_ != absl::InfiniteFuture()) {
      ++pending_;
      timer_.expires_after(absl::ToChronoNanoseconds(deadline_ - absl::Now()));
      timer_.async_wait([this, finish](boost::system::error_code error) {
        if (!error && !answered_) {
          answered_ = true;
          readiness_ = Readiness::kTimedOut;
          descriptor_.cancel();
        }
        finish();
      });
    }
    descriptor_.async_wait(kind_, [this, finish](boost::system::error_code error) {
      if (!answered_) {
        answered_ = true;
        readiness_ = error ? Readiness::kBroken : Readiness::kReady;
        timer_.cancel();
      }
      finish();
    });
  }
  Readiness await_resume() const { return readiness_; }

 private:
  Descriptor& descriptor_;
  Descriptor::wait_type kind_;
  absl::Time deadline_;
  asio::steady_timer timer_;
  int pending_ = 0;
  bool answered_ = false;
  Readiness readiness_ = Readiness::kBroken;
};

absl::Status DeadlineError() {
  return ReasonError(absl::StatusCode::kDeadlineExceeded, reason::kDeadlinePassed,
                     "the deadline passed while the database worked; a change may or may not have "
                     "been stored; try again with the same request_id");
}

// PQcancel connects and waits, so it runs on a worker; the connection is thrown away after it.
Task<void> CancelAndFree(PGcancel* cancel) {
  std::function<void()> work = [cancel] {
    char error[256];
    PQcancel(cancel, error, sizeof error);
    PQfreeCancel(cancel);
  };
  co_await RunOnWorker(std::move(work));
}

}  // namespace

struct Connection::State {
  PGconn* connection = nullptr;
  std::unique_ptr<Descriptor> descriptor;
  absl::flat_hash_set<std::string> prepared;
  bool usable = false;

  ~State() { Close(); }
  void Close() {
    usable = false;
    // Asio lets go of the descriptor before libpq closes it: numbers are used again.
    if (descriptor && descriptor->is_open()) descriptor->release();
    descriptor.reset();
    if (connection) PQfinish(std::exchange(connection, nullptr));
  }
  // Waits on the socket that libpq uses now. It may have closed one host's and opened the next's
  // under the same number, which the reactor does not know; so it is registered anew each time.
  void Adopt(asio::io_context& context) {
    if (descriptor && descriptor->is_open()) descriptor->release();
    descriptor = std::make_unique<Descriptor>(context, PQsocket(connection));
  }
};

Connection::Connection(std::shared_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;
bool Connection::usable() const { return state_->usable; }

bool Connection::StillOpen() {
  pollfd descriptor{PQsocket(state_->connection), POLLIN, 0};
  while (state_->usable && poll(&descriptor, 1, 0) > 0) {
    if (PQconsumeInput(state_->connection) == 0 || PQstatus(state_->connection) != CONNECTION_OK) {
      state_->usable = false;
    }
  }
  return state_->usable;
}
bool Connection::in_transaction() const {
  return state_->connection && PQtransactionStatus(state_->connection) != PQTRANS_IDLE;
}

Task<absl::StatusOr<std::unique_ptr<Connection>>> Connection::Open(std::string conninfo,
                                                                   absl::Time deadline) {
  auto state = std::make_shared<State>();
  state->connection = PQconnectStart(conninfo.c_str());
  absl::Status failure = RetryLaterError(
      absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
      "the database cannot be reached; nothing was stored; try again", absl::Seconds(1));
  if (!state->connection || PQstatus(state->connection) == CONNECTION_BAD) co_return failure;
  PostgresPollingStatusType poll = PGRES_POLLING_WRITING;
  while (poll != PGRES_POLLING_OK) {
    if (poll == PGRES_POLLING_FAILED) co_return failure;
    state->Adopt(EventLoop::Current()->context());
    Descriptor::wait_type kind =
        poll == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write;
    Readiness readiness = co_await SocketWait(*state->descriptor, kind, deadline);
    if (readiness == Readiness::kTimedOut) co_return failure;
    poll = PQconnectPoll(state->connection);
  }
  state->Adopt(EventLoop::Current()->context());
  PQsetnonblocking(state->connection, 1);
  state->usable = true;
  co_return std::unique_ptr<Connection>(new Connection(state));
}

namespace {

absl::Status StatusOfResult(const PGresult* result) {
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  if (!sqlstate) return ConnectionLostError();
  return StatusOfSqlState(sqlstate, constraint ? constraint : "");
}

bool IsPlannedEachTime(const Statement& statement) { return *statement.name == '\0'; }

bool SendCommand(PGconn* connection, const Command& command) {
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (const auto& value : command.parameters.values()) {
    values.push_back(value.text ? value.text->data() : nullptr);
    lengths.push_back(value.text ? static_cast<int>(value.text->size()) : 0);
    formats.push_back(value.binary ? 1 : 0);
  }
  const auto count = static_cast<int>(values.size());
  if (IsPlannedEachTime(*command.statement)) {
    return PQsendQueryParams(connection, command.statement->sql, count, nullptr, values.data(),
                             lengths.data(), formats.data(), 0) == 1;
  }
  return PQsendQueryPrepared(connection, command.statement->name, count, values.data(),
                             lengths.data(), formats.data(), 0) == 1;
}

}  // namespace

Task<absl::StatusOr<std::vector<Result>>> Connection::Run(std::vector<Command> commands,
                                                          absl::Time deadline) {
  std::shared_ptr<State> state = state_;
  if (!state->usable) co_return ConnectionLostError();
  if (deadline <= absl::Now()) co_return DeadlineError();
  for (const Command& command : commands) {
    for (const auto& value : command.parameters.values()) {
      // libpq would cut the text there without a word.
      if (!value.binary && value.text && value.text->find('\0') != std::string::npos) {
        co_return FieldError("request", "a text holds the character U+0000, which is not accepted");
      }
    }
  }
  PGconn* connection = state->connection;

  // Queue everything, preparing what is new here, then one sync.
  struct Expected {
    bool is_prepare;
    const char* name;
  };
  std::vector<Expected> expected;
  bool sent = PQenterPipelineMode(connection) == 1;
  for (const Command& command : commands) {
    if (!sent) break;
    if (!IsPlannedEachTime(*command.statement) &&
        !state->prepared.contains(command.statement->name)) {
      bool queued = false;
      for (const Expected& earlier : expected) {
        queued = queued || (earlier.is_prepare && earlier.name == command.statement->name);
      }
      if (!queued) {
        sent = PQsendPrepare(connection, command.statement->name, command.statement->sql, 0,
                             nullptr) == 1;
        expected.push_back({true, command.statement->name});
      }
    }
    sent = sent && SendCommand(connection, command);
    expected.push_back({false, command.statement->name});
  }
  sent = sent && PQpipelineSync(connection) == 1;
  if (!sent) {
    state->Close();
    co_return ConnectionLostError();
  }

  std::vector<Result> results;
  absl::Status failure = absl::OkStatus();
  std::size_t next = 0;
  bool synced = false;
  while (!synced) {
    int flushed = PQflush(connection);
    if (flushed < 0) break;
    while (!PQisBusy(connection)) {
      PGresult* raw = PQgetResult(connection);
      if (!raw) {
        // End of one command's results.
        if (next >= expected.size() && synced) break;
        continue;
      }
      ExecStatusType status = PQresultStatus(raw);
      if (status == PGRES_PIPELINE_SYNC) {
        PQclear(raw);
        synced = true;
        break;
      }
      if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        if (expected[next].is_prepare) {
          state->prepared.insert(expected[next].name);
          PQclear(raw);
        } else {
          results.emplace_back(raw);
        }
      } else {
        if (status != PGRES_PIPELINE_ABORTED && failure.ok()) failure = StatusOfResult(raw);
        PQclear(raw);
      }
      ++next;
    }
    if (synced) break;
    Descriptor::wait_type kind = flushed == 1 ? Descriptor::wait_write : Descriptor::wait_read;
    Readiness readiness = co_await SocketWait(*state->descriptor, kind, deadline);
    if (readiness == Readiness::kTimedOut) {
      Start(CancelAndFree(PQgetCancel(connection)));
      state->Close();
      co_return DeadlineError();
    }
    if (readiness == Readiness::kBroken || PQconsumeInput(connection) != 1) break;
  }
  if (!synced || PQstatus(connection) != CONNECTION_OK || PQexitPipelineMode(connection) != 1) {
    state->Close();
    // A server that shuts down says so before it closes: its own words tell more.
    co_return failure.ok() ? ConnectionLostError() : failure;
  }
  if (!failure.ok()) co_return failure;
  co_return results;
}

}  // namespace maplebridge::postgres
