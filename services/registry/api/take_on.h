// Taking a dispute on: accept, decline, assign mediators.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Dispute>> AcceptDispute(Registry& registry, Call& call,
                                                const v1::AcceptDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> DeclineDispute(Registry& registry, Call& call,
                                                 const v1::DeclineDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> AssignMediators(Registry& registry, Call& call,
                                                  const v1::AssignMediatorsRequest& request);

}  // namespace maplebridge::registry
