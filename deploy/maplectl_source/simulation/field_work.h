// Plays the campaigns of the plan: places given out, visits, risks and what becomes of them; and
// the partner that shares what it sees.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "deploy/maplectl_source/simulation/county_plan.h"
#include "deploy/maplectl_source/simulation/player.h"
#include "deploy/maplectl_source/simulation/simulation_cast.h"

namespace maplebridge::maplectl {

// Errors have been counted.
class FieldWork {
 public:
  FieldWork(const SimulationCast& cast, const CountyPlan& plan) : cast_(cast), plan_(plan) {}

  // Opens every campaign and gives its villages out.
  absl::Status Open(Player& player);
  // All visits to one township with the risks found there. Townships may be played at once.
  absl::Status Visit(std::size_t campaign, std::size_t township, Player& player) const;
  // All observations of the partner, the first part twice, and one that contradicts itself.
  absl::Status Share(Player& player) const;
  // Closes those that the plan closes.
  absl::Status Close(Player& player) const;

  // "campaigns/…" by their place in the plan.
  const std::vector<std::string>& names() const { return names_; }

 private:
  absl::Status PlayRisk(const PlannedRisk& risk, const std::string& campaign, Player& player) const;
  absl::Status Control(const PlannedRisk& risk, const std::string& entry, Player& player) const;
  absl::Status BreakOut(const PlannedRisk& risk, const std::string& entry, Player& player) const;

  const SimulationCast& cast_;
  const CountyPlan& plan_;
  std::vector<std::string> names_;
};

}  // namespace maplebridge::maplectl
