// What the court does once the case is back with it (Opinion 3-3, SIM 20, 22, CPL 126).
#pragma once

#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Referral>> AcknowledgeFeedback(
    Docking& docking, Call& call, const v1::AcknowledgeFeedbackRequest& request);
Task<absl::StatusOr<v1::Referral>> RegisterCase(Docking& docking, Call& call,
                                                const v1::RegisterCaseRequest& request);
Task<absl::StatusOr<v1::Referral>> ResumeTrial(Docking& docking, Call& call,
                                               const v1::ResumeTrialRequest& request);
Task<absl::StatusOr<v1::Referral>> CloseReferral(Docking& docking, Call& call,
                                                 const v1::CloseReferralRequest& request);

}  // namespace maplebridge::docking
