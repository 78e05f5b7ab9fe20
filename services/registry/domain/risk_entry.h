// A found risk as the registry knows it.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <vector>

#include "services/registry/domain/dispute.h"
#include "services/registry/domain/risk_workflow.h"

namespace maplebridge::registry {

struct PreventiveMeasure {
  int ordinal = 0;
  std::string content;
  std::string owner;
  absl::CivilDay due_day;
  std::optional<absl::Time> complete_time;
};

// Enumerations are words of the API without their prefix.
struct RiskEntry {
  std::string id;
  RiskState state = RiskState::kNone;
  std::uint64_t division = 0;
  std::string category;
  std::string severity;
  std::string description;
  std::string place_kind;
  std::string group;
  std::vector<std::string> people;
  std::string campaign;  // id; empty without one
  std::string organisation;
  std::string source;  // "INVESTIGATION", "OBSERVATION"
  ClockEnd clock;
  bool overdue = false;
  std::string dispute;  // number; empty unless escalated
  std::string outcome;
  int observation_count = 0;
  std::vector<PreventiveMeasure> measures;
  absl::Time create_time;
  std::optional<absl::Time> report_time, control_time, end_time;
  std::int64_t revision = 0;

  std::string name() const { return "riskEntries/" + id; }
};

inline constexpr int kMostPeople = 20;
inline constexpr int kMostMeasures = 50;

// Empty when the entry may be controlled or resolved by its measures; else what is missing.
std::string MissingForControl(const RiskEntry& entry);
std::string MissingForResolution(const RiskEntry& entry);

}  // namespace maplebridge::registry
