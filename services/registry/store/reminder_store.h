// All SQL on what is due, over every table with a clock.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/domain/reminder.h"

namespace maplebridge::registry {

struct Reminder {
  ReminderKind kind = ReminderKind::kDispute;
  std::string resource;
  std::string dispute;  // number; empty for risk entries
  std::string category;
  std::string state;
  std::string organisation;
  std::uint64_t division = 0;
  ClockEnd clock;
  bool overdue = false;
};

struct ReminderFilter {
  // Clocks that end by this moment, and those that have run out; only these when unset.
  std::optional<absl::Time> before;
  absl::Time now;
  std::vector<ReminderKind> kinds;
  // Of disputes.
  std::vector<std::string> states;
  std::string organisation;
  std::string court;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 0;
  // Go on after this end and, at the same end, this resource.
  absl::Time after_time;
  std::string after_resource;
  int limit = 50;
};

// By the end of the clock.
Task<absl::StatusOr<std::vector<Reminder>>> ListReminders(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const ReminderFilter& filter);

}  // namespace maplebridge::registry
