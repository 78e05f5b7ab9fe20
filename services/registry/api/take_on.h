// Taking a dispute on: accept, decline, assign mediators.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "maplebridge/roster/v1/organisation.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// ORGANISATION_NOT_PUBLISHED, or GUARD_FAILED when it is competent for the dispute neither by place
// nor by industry.
absl::Status CheckTakesOn(const roster::v1::Organisation& organisation, const Dispute& dispute);

Task<absl::StatusOr<v1::Dispute>> AcceptDispute(Registry& registry, Call& call,
                                                const v1::AcceptDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> DeclineDispute(Registry& registry, Call& call,
                                                 const v1::DeclineDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> AssignMediators(Registry& registry, Call& call,
                                                  const v1::AssignMediatorsRequest& request);

}  // namespace maplebridge::registry
