// Disputes that are the same, or belong together.
#pragma once

#include "maplebridge/registry/v1/dispute_link.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::ListDuplicateCandidatesResponse>> ListDuplicateCandidates(
    Registry& registry, Call& call, const v1::ListDuplicateCandidatesRequest& request);
Task<absl::StatusOr<v1::Dispute>> MergeDispute(Registry& registry, Call& call,
                                               const v1::MergeDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> UnmergeDispute(Registry& registry, Call& call,
                                                 const v1::UnmergeDisputeRequest& request);
Task<absl::StatusOr<v1::DisputeLink>> CreateDisputeLink(
    Registry& registry, Call& call, const v1::CreateDisputeLinkRequest& request);
Task<absl::StatusOr<v1::DisputeLink>> EndDisputeLink(Registry& registry, Call& call,
                                                     const v1::EndDisputeLinkRequest& request);
Task<absl::StatusOr<v1::ListDisputeLinksResponse>> ListDisputeLinkPage(
    Registry& registry, Call& call, const v1::ListDisputeLinksRequest& request);

}  // namespace maplebridge::registry
