// Reporting and reading disputes: the hot calls, and lists.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Dispute>> ReportDispute(Registry& registry, Call& call,
                                                const v1::ReportDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> GetDispute(Registry& registry, Call& call,
                                             const v1::GetDisputeRequest& request);
Task<absl::StatusOr<v1::ListDisputesResponse>> ListDisputePage(
    Registry& registry, Call& call, const v1::ListDisputesRequest& request);
Task<absl::StatusOr<v1::ListDisputePartiesResponse>> ListDisputeParties(
    Registry& registry, Call& call, const v1::ListDisputePartiesRequest& request);

// What ReportDispute stores: the dispute of `message`, checked, with its first clock; the caller
// may report it.
absl::StatusOr<NewDispute> NewDisputeOf(const Registry& registry, const Call& call,
                                        const RuleSet& rules, const v1::Dispute& message);

// The dispute that the request asks for, visible to the caller; by the coalesced read.
Task<absl::StatusOr<Dispute>> ReadVisible(Registry& registry, const Call& call,
                                          std::string_view field, const std::string& name);

// The same for a caller to whom it is only offered: see CheckPreview.
Task<absl::StatusOr<Dispute>> ReadPreview(Registry& registry, const Call& call,
                                          std::string_view field, const std::string& name);

// What the caller may see of a list, narrowed to an organisation and a place when they are given.
absl::StatusOr<DisputeFilter> ScopedFilter(const Registry& registry, const Caller& caller,
                                           const std::string& organisation,
                                           const std::string& division);
// The same with all else that a list asks for, but for its page.
absl::StatusOr<DisputeFilter> ListFilterOf(const Registry& registry, const Caller& caller,
                                           const v1::ListDisputesRequest& request);

}  // namespace maplebridge::registry
