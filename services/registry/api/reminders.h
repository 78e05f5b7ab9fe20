// What is due and overdue, and who must act.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::ListDueDisputesResponse>> ListDueDisputePage(
    Registry& registry, Call& call, const v1::ListDueDisputesRequest& request);

}  // namespace maplebridge::registry
