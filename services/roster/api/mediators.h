// The mediators of an organisation.
#pragma once

#include "services/roster/api/roster.h"

namespace maplebridge::roster {

Task<absl::StatusOr<v1::Mediator>> CreateMediator(Roster& roster, Call& call,
                                                  const v1::CreateMediatorRequest& request);
Task<absl::StatusOr<v1::Mediator>> GetMediator(Roster& roster, Call& call,
                                               const v1::GetMediatorRequest& request);
Task<absl::StatusOr<v1::ListMediatorsResponse>> ListMediatorPage(
    Roster& roster, Call& call, const v1::ListMediatorsRequest& request);

}  // namespace maplebridge::roster
