// Reading referrals: one, a page of them, the parties in full.
#pragma once

#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Referral>> GetReferral(Docking& docking, Call& call,
                                               const v1::GetReferralRequest& request);
Task<absl::StatusOr<v1::ListReferralsResponse>> ListReferralPage(
    Docking& docking, Call& call, const v1::ListReferralsRequest& request);
Task<absl::StatusOr<v1::ListReferralPartiesResponse>> ListReferralParties(
    Docking& docking, Call& call, const v1::ListReferralPartiesRequest& request);

}  // namespace maplebridge::docking
