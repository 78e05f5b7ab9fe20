// Clocks of resources: rows in the database, expired by any replica, each once.
#pragma once

#include <absl/status/status.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <functional>
#include <string>

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

// Starts or moves a clock, keeping its history with `reason`.
Task<absl::Status> SetDeadline(postgres::Transaction& transaction, const Call& call,
                               const DeadlineRow& row, const std::string& reason);
// Ends a clock that was met. `kind` empty: all of the resource.
Task<absl::Status> MeetDeadline(postgres::Transaction& transaction, const Call& call,
                                const std::string& resource, const std::string& kind);

// What expiry does, in the transaction that marks the row EXPIRED.
using DeadlineEffect =
    std::function<Task<absl::Status>(postgres::Transaction&, Call&, const DeadlineRow&)>;

// Claims due rows (FOR UPDATE SKIP LOCKED) until `stop` answers true. `now` is the clock.
Task<void> RunDeadlines(postgres::Database& database, DeadlineEffect effect,
                        std::function<absl::Time()> now, std::function<bool()> stop);
// One round, ended early by `stop`: answers how many expired. For tests, too.
Task<absl::StatusOr<int>> ExpireDue(postgres::Database& database, const DeadlineEffect& effect,
                                    absl::Time now, std::function<bool()> stop = nullptr);

}  // namespace maplebridge
