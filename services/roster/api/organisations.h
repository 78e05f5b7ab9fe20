// Drafting, reading and listing organisations.
#pragma once

#include "services/roster/api/roster.h"

namespace maplebridge::roster {

Task<absl::StatusOr<v1::Organisation>> CreateOrganisation(
    Roster& roster, Call& call, const v1::CreateOrganisationRequest& request);
Task<absl::StatusOr<v1::Organisation>> GetOrganisation(Roster& roster, Call& call,
                                                       const v1::GetOrganisationRequest& request);
Task<absl::StatusOr<v1::ListOrganisationsResponse>> ListOrganisationPage(
    Roster& roster, Call& call, const v1::ListOrganisationsRequest& request);

}  // namespace maplebridge::roster
