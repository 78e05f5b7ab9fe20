// How far a campaign covers its places, and where its blind spots are.
#pragma once

#include "maplebridge/registry/v1/campaign.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Coverage>> GetCoverage(Registry& registry, Call& call,
                                               const v1::GetCoverageRequest& request);

}  // namespace maplebridge::registry
