// What docking decides of a case in mediation: extension, withdrawal, undisputed facts.
#pragma once

#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Referral>> ExtendReferral(Docking& docking, Call& call,
                                                  const v1::ExtendReferralRequest& request);
Task<absl::StatusOr<v1::Referral>> WithdrawReferral(Docking& docking, Call& call,
                                                    const v1::WithdrawReferralRequest& request);
Task<absl::StatusOr<v1::Referral>> RecordUndisputedFacts(
    Docking& docking, Call& call, const v1::RecordUndisputedFactsRequest& request);

}  // namespace maplebridge::docking
