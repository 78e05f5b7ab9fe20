// What the roster knows of a dispute: enough to count load, results and subsidies, and nothing of
// its parties.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace maplebridge::roster {

struct CaseFact {
  std::string dispute;       // "disputes/D-…"
  std::string organisation;  // "organisations/{id}" or empty
  std::uint64_t division = 0;
  std::string category;
  std::string difficulty;  // "SIMPLE", "ORDINARY", "COMPLEX", "MAJOR"
  bool is_referred = false;
  std::string state;
  std::optional<std::string> agreement_form;  // "WRITTEN", "ORAL"
  absl::CivilDay report_day;
  std::optional<absl::CivilDay> accept_day;
  std::optional<absl::CivilDay> conclude_day;
  std::optional<std::string> outcome;  // "AGREED", "FAILED"
  std::optional<absl::CivilDay> performed_day;
  std::optional<int> satisfaction;
  std::optional<std::int64_t> sum_fen;
  bool is_set_aside = false;
  bool has_relapsed = false;
  std::int64_t revision = 0;
  absl::Time update_time;
  std::vector<std::string> mediators;  // "organisations/{id}/mediators/{id}"
};

}  // namespace maplebridge::roster
