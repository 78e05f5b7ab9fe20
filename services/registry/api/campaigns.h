// Campaigns of investigation: opened, assigned, visited, covered, closed.
#pragma once

#include "maplebridge/registry/v1/campaign.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/campaign.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Campaign>> CreateCampaign(Registry& registry, Call& call,
                                                  const v1::CreateCampaignRequest& request);
Task<absl::StatusOr<v1::Campaign>> GetCampaign(Registry& registry, Call& call,
                                               const v1::GetCampaignRequest& request);
Task<absl::StatusOr<v1::ListCampaignsResponse>> ListCampaignPage(
    Registry& registry, Call& call, const v1::ListCampaignsRequest& request);
Task<absl::StatusOr<v1::Campaign>> CloseCampaign(Registry& registry, Call& call,
                                                 const v1::CloseCampaignRequest& request);

// The id in "campaigns/{id}"; FIELD_INVALID names `field`.
absl::StatusOr<std::string> CampaignIdIn(std::string_view field, const std::string& name);
// NOT_FOUND unless the campaign reaches into the caller's place, or the caller sees every place.
absl::Status CheckCampaignVisible(const Caller& caller, const Campaign& campaign);
// SCOPE_NOT_ALLOWED unless every place of the campaign is the bureau's own.
absl::Status RequireCampaignPlaces(const Caller& caller, const Campaign& campaign);
// The campaign that the request asks for, visible to the caller.
Task<absl::StatusOr<Campaign>> FindCampaign(Registry& registry, const Call& call,
                                            std::string_view field, const std::string& name);
// Words of forces, each once; FIELD_INVALID below `field` for a wrong one.
absl::StatusOr<std::vector<std::string>> ForcesOf(
    std::string_view field, const google::protobuf::RepeatedField<int>& forces);

}  // namespace maplebridge::registry
