// A case goes to an organisation, which signs for it or gives it back (Opinion 3-2, SIM 9-12).
#pragma once

#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Referral>> SendReferral(Docking& docking, Call& call,
                                                const v1::SendReferralRequest& request);
Task<absl::StatusOr<v1::Referral>> AcceptReferral(Docking& docking, Call& call,
                                                  const v1::AcceptReferralRequest& request);
Task<absl::StatusOr<v1::Referral>> DeclineReferral(Docking& docking, Call& call,
                                                   const v1::DeclineReferralRequest& request);

}  // namespace maplebridge::docking
