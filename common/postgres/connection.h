// One connection to PostgreSQL on one event loop: the only class that drives libpq's protocol.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/postgres/parameters.h"
#include "common/postgres/result.h"

namespace maplebridge::postgres {

// A text that is prepared on a connection when it first runs there. `name` is unique in a service;
// both live for ever (constants). With an empty name the text is planned each time that it runs,
// and lives until it has run: for texts made of what a caller asked.
struct Statement {
  const char* name;
  const char* sql;
};

struct Command {
  const Statement* statement;
  Parameters parameters;
};

class Connection {
 public:
  // Connects; `conninfo` may name several hosts and target_session_attrs. UNAVAILABLE when none
  // answers in time.
  static Task<absl::StatusOr<std::unique_ptr<Connection>>> Open(std::string conninfo,
                                                                absl::Time deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends all commands at once and answers their results in order. After an error the commands
  // behind it have not run; the answer is that error. A command past its deadline is cancelled and
  // the connection is not usable any more.
  Task<absl::StatusOr<std::vector<Result>>> Run(std::vector<Command> commands, absl::Time deadline);

  // False when it must be thrown away.
  bool usable() const;
  // Takes in what the server said while nothing was asked. False when it hung up meanwhile, so that
  // no call is spent on a connection that is known to be gone.
  bool StillOpen();
  // True between BEGIN and the end of the transaction.
  bool in_transaction() const;

 private:
  struct State;
  explicit Connection(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// The five-character SQLSTATE of an error made from a server's answer; empty for others.
std::string SqlStateOf(const absl::Status& status);
// Name of the constraint that was violated; empty for other errors.
std::string ConstraintOf(const absl::Status& status);
// True for errors that one row's values caused (classes 22 and 23).
bool IsRowError(const absl::Status& status);
// True when the whole transaction may simply run again (40001, 40P01).
bool IsRerunnable(const absl::Status& status);

}  // namespace maplebridge::postgres
