// Holds the plan against what the services say afterwards: every figure comes from their answers.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <vector>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/simulation/county_plan.h"
#include "deploy/maplectl_source/simulation/field_work.h"
#include "deploy/maplectl_source/simulation/player.h"
#include "deploy/maplectl_source/simulation/simulation_cast.h"

namespace maplebridge::maplectl {

// One comparison.
struct Finding {
  std::string what;
  std::int64_t planned = 0;
  std::int64_t found = 0;
  bool is_equal() const { return planned == found; }
};

// Figures of the county before the run, to be taken from those after it.
using IndicatorCounts = std::map<std::string, std::int64_t>;
absl::StatusOr<IndicatorCounts> ReadIndicators(const SimulationCast& cast, const CountyPlan& plan,
                                               absl::CivilDay first_day, Player& player);

class Audit {
 public:
  Audit(const SimulationCast& cast, const CountyPlan& plan, const FieldWork& field_work,
        Player& player)
      : cast_(cast), plan_(plan), field_work_(field_work), player_(player) {}

  // By method: done and refused against the plan.
  void CompareCalls(const Tally& tally);
  // Every organisation's disputes by their state, and what was counted in them.
  absl::Status CompareDisputes();
  absl::Status CompareCampaigns();
  absl::Status CompareRisks();
  absl::Status CompareObservations();
  absl::Status CompareTransfers();
  // Waits, as long as it has patience, for analytics to have taken in what happened. `before`: at
  // the beginning of the run, on `first_day`.
  absl::Status CompareIndicators(const IndicatorCounts& before, absl::CivilDay first_day,
                                 absl::Duration patience);

  const std::vector<Finding>& findings() const { return findings_; }
  int differences() const;
  // Shares and means, made of the services' answers.
  const Json& rates() const { return rates_; }

 private:
  using StateCounts = std::map<std::string, std::int64_t>;

  void Compare(std::string what, std::int64_t planned, std::int64_t found) {
    findings_.push_back({std::move(what), planned, found});
  }
  // One line when all are equal; a line for each that is not.
  void CompareAll(const std::string& what, const StateCounts& planned, const StateCounts& found);
  absl::StatusOr<std::vector<registry::v1::Dispute>> ReadDisputes(std::size_t organisation);
  void TakeRates(const std::vector<registry::v1::Dispute>& disputes);
  absl::Status CompareLedger(const std::string& campaign, std::int64_t planned);

  const SimulationCast& cast_;
  const CountyPlan& plan_;
  const FieldWork& field_work_;
  Player& player_;
  std::vector<Finding> findings_;
  Json rates_ = Json::object();
};

}  // namespace maplebridge::maplectl
