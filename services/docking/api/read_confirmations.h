// Reading applications for judicial confirmation.
#pragma once

#include "maplebridge/docking/v1/judicial_confirmation_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Confirmation>> GetConfirmation(Docking& docking, Call& call,
                                                       const v1::GetConfirmationRequest& request);
Task<absl::StatusOr<v1::ListConfirmationsResponse>> ListConfirmationPage(
    Docking& docking, Call& call, const v1::ListConfirmationsRequest& request);

}  // namespace maplebridge::docking
