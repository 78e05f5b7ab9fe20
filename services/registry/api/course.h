// On the way to a conclusion: invited helpers, recusal, suspension.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Helper>> InviteHelper(Registry& registry, Call& call,
                                              const v1::InviteHelperRequest& request);
Task<absl::StatusOr<v1::ListHelpersResponse>> ListHelperPage(Registry& registry, Call& call,
                                                             const v1::ListHelpersRequest& request);
Task<absl::StatusOr<v1::Recusal>> RecordRecusal(Registry& registry, Call& call,
                                                const v1::RecordRecusalRequest& request);
Task<absl::StatusOr<v1::ListRecusalsResponse>> ListRecusalPage(
    Registry& registry, Call& call, const v1::ListRecusalsRequest& request);
Task<absl::StatusOr<v1::Dispute>> SuspendDispute(Registry& registry, Call& call,
                                                 const v1::SuspendDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> ResumeDispute(Registry& registry, Call& call,
                                                const v1::ResumeDisputeRequest& request);

}  // namespace maplebridge::registry
