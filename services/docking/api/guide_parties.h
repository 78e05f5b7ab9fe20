// A court guides the parties towards mediation and keeps their answers (Opinion 3-1, 3-2).
#pragma once

#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<v1::Referral>> OfferGuidance(Docking& docking, Call& call,
                                                 const v1::OfferGuidanceRequest& request);
Task<absl::StatusOr<v1::Referral>> RecordConsent(Docking& docking, Call& call,
                                                 const v1::RecordConsentRequest& request);

}  // namespace maplebridge::docking
