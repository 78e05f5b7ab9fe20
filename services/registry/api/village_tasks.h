// The villages of a campaign: who has them, and who visited them.
#pragma once

#include "maplebridge/registry/v1/campaign.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::VillageAssignment>> AssignVillages(
    Registry& registry, Call& call, const v1::AssignVillagesRequest& request);
Task<absl::StatusOr<v1::ListVillageTasksResponse>> ListVillageTaskPage(
    Registry& registry, Call& call, const v1::ListVillageTasksRequest& request);
Task<absl::StatusOr<v1::Visit>> RecordVisit(Registry& registry, Call& call,
                                            const v1::RecordVisitRequest& request);
Task<absl::StatusOr<v1::ListVisitsResponse>> ListVisitPage(Registry& registry, Call& call,
                                                           const v1::ListVisitsRequest& request);

}  // namespace maplebridge::registry
