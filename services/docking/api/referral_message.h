// Between the message Referral and the referral as the domain knows it.
#pragma once

#include "common/caller/caller.h"
#include "common/party_message/party_message.h"
#include "maplebridge/docking/v1/referral_resource.pb.h"
#include "services/docking/domain/referral.h"

namespace maplebridge::docking {

// True while the organisation has the case before it, or once it accepted it; no longer when it
// declined.
bool HoldsCase(const Referral& referral);
// What this caller sees of the parties of this referral.
PartyView ViewOf(const Caller& caller, const Referral& referral);
ResourceScope ScopeOf(const Referral& referral);

v1::Referral ReferralMessage(const Referral& referral, PartyView view);
v1::Material MaterialMessage(const Material& material);

UndisputedFactsRecord RecordOf(const v1::UndisputedFactsRecord& message);

}  // namespace maplebridge::docking
