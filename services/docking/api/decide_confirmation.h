// The court decides on an application for judicial confirmation (JC 4-7, CPL 206, interpretation
// art. 355-358).
#pragma once

#include "maplebridge/docking/v1/judicial_confirmation_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Confirmation>> AcceptConfirmation(
    Docking& docking, Call& call, const v1::AcceptConfirmationRequest& request);
Task<absl::StatusOr<v1::Confirmation>> DeclineConfirmation(
    Docking& docking, Call& call, const v1::DeclineConfirmationRequest& request);
Task<absl::StatusOr<v1::Confirmation>> ConfirmAgreement(Docking& docking, Call& call,
                                                        const v1::ConfirmAgreementRequest& request);
Task<absl::StatusOr<v1::Confirmation>> RejectConfirmation(
    Docking& docking, Call& call, const v1::RejectConfirmationRequest& request);

}  // namespace maplebridge::docking
