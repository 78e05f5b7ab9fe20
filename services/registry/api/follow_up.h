// Follow-up visits after the end of a dispute.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::FollowUp>> RecordFollowUp(Registry& registry, Call& call,
                                                  const v1::RecordFollowUpRequest& request);
Task<absl::StatusOr<v1::ListFollowUpsResponse>> ListFollowUpPage(
    Registry& registry, Call& call, const v1::ListFollowUpsRequest& request);

}  // namespace maplebridge::registry
