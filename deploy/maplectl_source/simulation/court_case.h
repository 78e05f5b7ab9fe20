// A case that a court refers, through docking, as the court's own system does.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "deploy/maplectl_source/simulation/county_plan.h"
#include "deploy/maplectl_source/simulation/player.h"
#include "deploy/maplectl_source/simulation/simulation_cast.h"

namespace maplebridge::maplectl {

// The parties of a planned dispute, as requests carry them.
std::vector<type::v1::Party> PartiesOf(const PlannedDispute& plan);

class CourtCase {
 public:
  CourtCase(const SimulationCast& cast, Player& player, const PlannedDispute& plan)
      : cast_(cast), player_(player), plan_(plan) {}

  // The court guides the parties and keeps their answers.
  absl::Status Guide();
  // Sends the case with a material; the committee accepts it. Answers the dispute that the registry
  // makes of it.
  absl::StatusOr<std::string> Send();
  // The agreement flows back and is acknowledged.
  absl::Status AwaitAgreement(const std::string& dispute);
  // The case comes back and is registered.
  absl::Status AwaitReturn(const std::string& dispute);

 private:
  absl::Status RecordConsents();
  absl::Status Upload();
  absl::StatusOr<std::string> AwaitBirth();
  absl::Status AwaitReferral(docking::v1::ReferralState state);
  absl::Status AwaitDispute(const std::string& dispute, registry::v1::DisputeState state);
  std::string CaseNumber(std::string_view type) const;

  const SimulationCast& cast_;
  Player& player_;
  const PlannedDispute& plan_;
  std::string referral_;
};

}  // namespace maplebridge::maplectl
