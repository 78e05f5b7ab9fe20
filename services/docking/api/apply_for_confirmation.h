// The parties apply for judicial confirmation, and may take the application back (PML 33, CPL 205,
// JC 3, 5).
#pragma once

#include "maplebridge/docking/v1/judicial_confirmation_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Confirmation>> CreateConfirmation(
    Docking& docking, Call& call, const v1::CreateConfirmationRequest& request);
Task<absl::StatusOr<v1::Confirmation>> JoinConfirmation(Docking& docking, Call& call,
                                                        const v1::JoinConfirmationRequest& request);
Task<absl::StatusOr<v1::Confirmation>> SubmitConfirmation(
    Docking& docking, Call& call, const v1::SubmitConfirmationRequest& request);
Task<absl::StatusOr<v1::Confirmation>> WithdrawConfirmation(
    Docking& docking, Call& call, const v1::WithdrawConfirmationRequest& request);

}  // namespace maplebridge::docking
