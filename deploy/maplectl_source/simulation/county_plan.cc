#include "deploy/maplectl_source/simulation/county_plan.h"

#include <algorithm>

#include "deploy/maplectl_source/simulation/plan_parts.h"

namespace maplebridge::maplectl {

CountyPlan MakePlan(const County& county, const YearRhythm& rhythm, const PlanSettings& settings) {
  CountyPlan plan;
  plan.county = county;
  plan.year = static_cast<int>(rhythm.first_day().year());
  const OrganisationBook book = PlanOrganisations(county, settings);
  for (std::size_t i = 0; i < county.townships.size(); ++i) {
    for (const Village& village : county.townships[i].villages) {
      const VillageFrame frame{county, rhythm, settings, book, i, village};
      for (PlannedDispute& dispute : PlanDisputes(frame)) {
        plan.disputes.push_back(std::move(dispute));
      }
    }
  }
  std::sort(plan.disputes.begin(), plan.disputes.end(),
            [](const PlannedDispute& one, const PlannedDispute& other) {
              return std::tie(one.day, one.key) < std::tie(other.day, other.key);
            });
  plan.campaigns = PlanCampaigns(county, rhythm, settings, book);
  plan.observations = PlanObservations(county, rhythm, settings);
  plan.organisations = book.organisations;
  return plan;
}

std::string LastState(const PlannedDispute& dispute) {
  if (dispute.is_consent_refused) return "";
  if (dispute.is_archived) return "ARCHIVED";
  switch (dispute.outcome) {
    case Outcome::kDeclined:
      return "CLOSED_DECLINED";
    case Outcome::kWithdrawn:
      return "CLOSED_WITHDRAWN";
    case Outcome::kFailed:
      return "CLOSED_FAILED";
    case Outcome::kAgreed:
      break;
  }
  switch (dispute.performance) {
    case Performance::kStillOpen:
      return "AGREED";
    case Performance::kNever:
      return "CLOSED_UNPERFORMED";
    default:
      return "PERFORMED";
  }
}

bool IsAccepted(const PlannedDispute& dispute) {
  return !dispute.is_consent_refused && dispute.outcome != Outcome::kDeclined;
}

std::vector<const PlannedDispute*> AllDisputes(const CountyPlan& plan) {
  std::vector<const PlannedDispute*> all;
  for (const PlannedDispute& dispute : plan.disputes) all.push_back(&dispute);
  for (const PlannedCampaign& campaign : plan.campaigns) {
    for (const auto& visits : campaign.visits) {
      for (const PlannedVisit& visit : visits) {
        if (visit.risk && visit.risk->dispute) all.push_back(&*visit.risk->dispute);
      }
    }
  }
  return all;
}

}  // namespace maplebridge::maplectl
