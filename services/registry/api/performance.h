// Recording, taking back and reading performances.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "maplebridge/registry/v1/performance.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Dispute>> RecordPerformance(Registry& registry, Call& call,
                                                    const v1::RecordPerformanceRequest& request);
Task<absl::StatusOr<v1::Performance>> ReversePerformance(
    Registry& registry, Call& call, const v1::ReversePerformanceRequest& request);
Task<absl::StatusOr<v1::ListPerformancesResponse>> ListPerformancePage(
    Registry& registry, Call& call, const v1::ListPerformancesRequest& request);

}  // namespace maplebridge::registry
