#include "services/registry/api/coverage.h"

#include "common/status/error.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/store/campaign_store.h"

namespace maplebridge::registry {
namespace {

void FillPlace(v1::PlaceCoverage* message, const Registry& registry, const PlaceCount& count) {
  const auto code = division::DivisionCode::FromNumber(count.first);
  message->set_division(code.ToString());
  if (auto place = registry.divisions().Find(code)) {
    message->set_display_name(std::string(place->name));
  }
  message->set_village_count(registry.divisions().CountLeaves(code));
  message->set_visited_count(count.visited);
  message->set_blind_spot_count(message->village_count() - count.visited);
  message->set_risk_count(count.risks);
}

// The places whose coverage is asked for.
absl::StatusOr<std::vector<PlaceCount>> CountedPlaces(const Registry& registry,
                                                      const Campaign& campaign,
                                                      const std::string& division) {
  std::vector<PlaceCount> places;
  if (division.empty()) {
    for (const auto& place : campaign.divisions) {
      places.push_back({place.number(), place.LastNumber()});
    }
    return places;
  }
  auto code = registry.divisions().Normalise(division);
  if (!code.ok()) return FieldError("division", std::string(code.status().message()));
  std::string token;
  do {
    auto page = registry.divisions().Children(*code, 1000, token);
    if (!page.ok()) return page.status();
    for (const division::Division& child : page->divisions) {
      if (Covers(campaign, child.code)) {
        places.push_back({child.code.number(), child.code.LastNumber()});
      }
    }
    token = page->next_page_token;
  } while (!token.empty());
  if (places.empty()) {
    return FieldError("division", "has no places of the campaign directly below it");
  }
  return places;
}

}  // namespace

Task<absl::StatusOr<v1::Coverage>> GetCoverage(Registry& registry, Call& call,
                                               const v1::GetCoverageRequest& request) {
  auto campaign = co_await FindCampaign(registry, call, "name", request.name());
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_ASSIGN_OR_RETURN(std::vector<PlaceCount> places,
                         CountedPlaces(registry, *campaign, request.division()));
  absl::Status counted =
      co_await CountPlaces(registry.database(call), call.deadline(), campaign->id, &places);
  if (!counted.ok()) co_return counted;
  v1::Coverage coverage;
  v1::PlaceCoverage* total = coverage.mutable_total();
  for (const PlaceCount& place : places) {
    v1::PlaceCoverage* message = coverage.add_places();
    FillPlace(message, registry, place);
    total->set_village_count(total->village_count() + message->village_count());
    total->set_visited_count(total->visited_count() + message->visited_count());
    total->set_blind_spot_count(total->blind_spot_count() + message->blind_spot_count());
    total->set_risk_count(total->risk_count() + message->risk_count());
  }
  co_return coverage;
}

}  // namespace maplebridge::registry
