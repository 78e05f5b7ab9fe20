// Clocks of resources: rows in the database, expired by any replica, each once.
#pragma once

#include <absl/status/status.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <functional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "common/server/call.h"

namespace maplebridge {

struct DeadlineRow {
  std::string resource;
  // Word of the clock, such as "accept" or "mediation".
  std::string kind;
  absl::CivilDay due_day;
  // First moment after the period.
  absl::Time due_time;
  bool provisional = false;
};

// Starts or moves a clock, keeping its history with `reason`. This and what ends clocks is sent
// with the transaction's next round trip, which answers its errors.
Task<absl::Status> SetDeadline(postgres::Transaction& transaction, const Call& call,
                               const DeadlineRow& row, const std::string& reason);
// The same for many at once.
Task<absl::Status> SetDeadlines(postgres::Transaction& transaction, const Call& call,
                                const std::vector<DeadlineRow>& rows, const std::string& reason);
// Ends a clock that was met. `kind` empty: all of the resource.
Task<absl::Status> MeetDeadline(postgres::Transaction& transaction, const Call& call,
                                const std::string& resource, const std::string& kind);
// The same for many at once.
Task<absl::Status> MeetDeadlines(postgres::Transaction& transaction, const Call& call,
                                 const std::vector<std::string>& resources,
                                 const std::string& kind);

// What a service does when one of its clocks ends.
struct DeadlineWork {
  // Asks other services what must be known, outside the transaction; an error puts the expiry off.
  // May be empty.
  std::function<Task<absl::Status>(Call&, const DeadlineRow&)> prepare;
  // Locks the resource as its handlers do, before its clock is touched: with one order of locks a
  // handler and an expiry never wait for each other.
  std::function<Task<absl::Status>(postgres::Transaction&, const DeadlineRow&)> lock;
  // What expiry does, in the transaction that marks the row EXPIRED.
  std::function<Task<absl::Status>(postgres::Transaction&, Call&, const DeadlineRow&)> effect;
};

// Ends due rows until `stop` answers true; what another replica is at is passed over. `now` is the
// clock.
Task<void> RunDeadlines(postgres::Database& database, DeadlineWork work,
                        std::function<absl::Time()> now, std::function<bool()> stop);
// One round, ended early by `stop`: answers how many expired. For tests, too.
Task<absl::StatusOr<int>> ExpireDue(postgres::Database& database, const DeadlineWork& work,
                                    absl::Time now, std::function<bool()> stop = nullptr);

}  // namespace maplebridge
