// The parts of a plan, each made from the county alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deploy/maplectl_source/simulation/county_plan.h"

namespace maplebridge::maplectl {

// Who takes what on.
struct OrganisationBook {
  std::vector<PlannedOrganisation> organisations;
  std::map<std::string, std::size_t> by_village;   // committees of villages, by code
  std::map<std::string, std::size_t> by_category;  // industry's committees
};
OrganisationBook PlanOrganisations(const County& county, const PlanSettings& settings);

// What the disputes of one village need to be planned.
struct VillageFrame {
  const County& county;
  const YearRhythm& rhythm;
  const PlanSettings& settings;
  const OrganisationBook& book;
  std::size_t township = 0;
  const Village& village;
};
std::vector<PlannedDispute> PlanDisputes(const VillageFrame& frame);
// One that breaks out of a risk of the kind.
PlannedDispute PlanOutbreak(const VillageFrame& frame, const std::string& key, std::size_t kind,
                            absl::CivilDay day);

std::vector<PlannedCampaign> PlanCampaigns(const County& county, const YearRhythm& rhythm,
                                           const PlanSettings& settings,
                                           const OrganisationBook& book);
std::vector<PlannedObservation> PlanObservations(const County& county, const YearRhythm& rhythm,
                                                 const PlanSettings& settings);

// "2025年2月3日，枫桥镇天竺社区：…".
std::string StoryOf(const County& county, std::size_t township, const Village& village,
                    absl::CivilDay day, std::string_view story);

}  // namespace maplebridge::maplectl
