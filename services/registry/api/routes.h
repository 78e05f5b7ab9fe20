// Routes of a dispute from a one-stop centre to kinds of force (Opinion 2-4).
#pragma once

#include "maplebridge/registry/v1/centre.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Route>> RouteDispute(Registry& registry, Call& call,
                                             const v1::RouteDisputeRequest& request);
Task<absl::StatusOr<v1::Route>> AnswerRoute(Registry& registry, Call& call,
                                            const v1::AnswerRouteRequest& request);
Task<absl::StatusOr<v1::Route>> EndRoute(Registry& registry, Call& call,
                                         const v1::EndRouteRequest& request);
Task<absl::StatusOr<v1::Route>> WithdrawRoute(Registry& registry, Call& call,
                                              const v1::WithdrawRouteRequest& request);
Task<absl::StatusOr<v1::ListRoutesResponse>> ListRoutePage(Registry& registry, Call& call,
                                                           const v1::ListRoutesRequest& request);

// NOT_FOUND unless the caller may see the dispute; SCOPE_NOT_ALLOWED unless the caller is of the
// organisation that handles it, or of the centre that routed it.
absl::Status RequireCentre(const Caller& caller, const Dispute& dispute);

}  // namespace maplebridge::registry
