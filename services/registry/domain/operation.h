// Bulk work that goes on after its call was answered.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace maplebridge::registry {

// How long the result of an operation is kept.
inline constexpr absl::Duration kResultKept = absl::Hours(7 * 24);

struct Operation {
  std::string id;
  std::string kind;  // "IMPORT" or "EXPORT"
  // "STAGING" while the rows of an import come in; else a word of the API.
  std::string state;
  // Whose old cases are brought in; of an export the caller's own.
  std::string organisation;
  // Who ordered it, and the rights that it is done with: names of roles, place, court.
  std::string principal;
  std::vector<std::string> roles;
  std::string division;
  std::string court;
  std::string trace_id;
  // Of an import: the first line of its file.
  std::string heading;
  std::vector<std::string> ignored_columns;
  // Of an export: what it asks for, and the number that it was done up to.
  std::string filter;
  std::string filter_organisation;
  std::string filter_division;
  std::string filter_state;
  std::string after_number;
  std::int64_t row_count = 0;
  std::int64_t done_count = 0;
  std::int64_t imported_count = 0;
  std::int64_t repeated_count = 0;
  std::int64_t refused_count = 0;
  int fault_count = 0;
  int chunk_count = 0;
  std::int64_t result_size = 0;
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> end_time;
  std::optional<absl::Time> expire_time;
  bool result_destroyed = false;

  std::string name() const { return "operations/" + id; }
  bool is_import() const { return kind == "IMPORT"; }
  bool is_running() const { return state == "RUNNING"; }

  // Ends it in `final_state`.
  void End(std::string_view final_state, absl::Time now) {
    state = final_state;
    end_time = now;
    expire_time = now + kResultKept;
  }
};

// A row of an import that waits to be looked at.
struct StagedRow {
  int ordinal = 0;    // from 1
  int line = 0;       // of the file
  std::string cells;  // a line of CSV
  std::string fault;  // why it could not be read; empty when it could
};

}  // namespace maplebridge::registry
