// Between the message Dispute and the dispute as the domain knows it.
#pragma once

#include <absl/status/statusor.h>

#include "common/caller/caller.h"
#include "common/division/division_tree.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {

// How much of the parties an answer shows.
enum class PartyView : std::uint8_t {
  // Number, kind and side only: for those who do not work on the case.
  kBare,
  // Names and addresses; identity numbers and telephones masked.
  kMasked,
  // Everything.
  kFull,
};

// What this caller sees of the parties of this dispute.
PartyView ViewOf(const Caller& caller, const Dispute& dispute);
ResourceScope ScopeOf(const Dispute& dispute);

void FillParty(type::v1::Party* message, const Party& party, PartyView view);
void FillDispute(v1::Dispute* message, const Dispute& dispute, PartyView view);
v1::Dispute DisputeMessage(const Dispute& dispute, PartyView view);

// The values of a message that a caller sent; its form is checked, its rules are the domain's.
Party PartyOf(const type::v1::Party& message);

void FillSession(v1::Session* message, const Session& session);

}  // namespace maplebridge::registry
