// Between the message Referral and the referral as the domain knows it.
#pragma once

#include "common/caller/caller.h"
#include "maplebridge/docking/v1/referral_resource.pb.h"
#include "services/docking/domain/referral.h"

namespace maplebridge::docking {

// How much of the parties an answer shows.
enum class PartyView : std::uint8_t {
  // Number, kind and side only: for those who do not work on the case.
  kBare,
  // Names and addresses; identity numbers and telephones masked.
  kMasked,
  // Everything.
  kFull,
};

// True while the organisation has the case before it, or once it accepted it; no longer when it
// declined.
bool HoldsCase(const Referral& referral);
// What this caller sees of the parties of this referral.
PartyView ViewOf(const Caller& caller, const Referral& referral);
ResourceScope ScopeOf(const Referral& referral);

void FillParty(type::v1::Party* message, const Party& party, PartyView view);
v1::Referral ReferralMessage(const Referral& referral, PartyView view);
v1::Material MaterialMessage(const Material& material);

// The values of a message that a caller sent; its form is checked, its rules are the domain's.
Party PartyOf(const type::v1::Party& message);
UndisputedFactsRecord RecordOf(const v1::UndisputedFactsRecord& message);

}  // namespace maplebridge::docking
