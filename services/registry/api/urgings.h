// Urging debtors, breaches, and the list of what is due.
#pragma once

#include "maplebridge/registry/v1/performance.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Urging>> UrgePerformance(Registry& registry, Call& call,
                                                 const v1::UrgePerformanceRequest& request);
Task<absl::StatusOr<v1::Urging>> RecordUrgingAnswer(Registry& registry, Call& call,
                                                    const v1::RecordUrgingAnswerRequest& request);
Task<absl::StatusOr<v1::ListUrgingsResponse>> ListUrgingPage(Registry& registry, Call& call,
                                                             const v1::ListUrgingsRequest& request);
Task<absl::StatusOr<v1::ListBreachesResponse>> ListBreachPage(
    Registry& registry, Call& call, const v1::ListBreachesRequest& request);
Task<absl::StatusOr<v1::ListDueObligationsResponse>> ListDueObligationPage(
    Registry& registry, Call& call, const v1::ListDueObligationsRequest& request);

}  // namespace maplebridge::registry
