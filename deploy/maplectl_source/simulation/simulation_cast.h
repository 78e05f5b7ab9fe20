// Who plays: the organisations of the plan, filed and published, and a token for everybody.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "deploy/maplectl_source/installation.h"
#include "deploy/maplectl_source/simulation/county_plan.h"
#include "deploy/maplectl_source/simulation/player.h"

namespace maplebridge::maplectl {

struct CastOrganisation {
  std::string name;                    // "organisations/…"
  std::string head, mediator;          // tokens
  std::vector<std::string> mediators;  // names; the head is not among them
};

class SimulationCast {
 public:
  // Tokens of the bureau, the court and the partner of the county. `run`: makes the callers of this
  // run differ from those of another.
  static absl::StatusOr<SimulationCast> Open(const Installation& installation,
                                             const CountyPlan& plan, std::string run);

  // Files and publishes one organisation of the plan, with its mediators; puts those that a court
  // may refer to on its roster. Different organisations may be filed at once.
  absl::Status File(const PlannedOrganisation& planned, std::size_t index, Player& player);

  // A party's own account.
  absl::StatusOr<std::string> TokenOfParty(const std::string& identity_number) const;

  const CastOrganisation& organisation(std::size_t index) const { return organisations_[index]; }
  std::size_t organisation_count() const { return organisations_.size(); }
  const std::string& bureau() const { return bureau_; }
  const std::string& court() const { return court_; }
  const std::string& court_name() const { return court_name_; }
  const std::string& partner() const { return partner_; }

 private:
  SimulationCast() = default;
  absl::StatusOr<std::string> TokenOf(const std::string& who, const std::string& role,
                                      const std::string& division, const std::string& organisation,
                                      const std::string& court) const;

  std::string run_, issuer_key_, match_key_file_;
  std::string bureau_, court_, court_name_, partner_;
  std::vector<CastOrganisation> organisations_;
};

}  // namespace maplebridge::maplectl
