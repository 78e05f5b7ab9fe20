// Between the message Dispute and the dispute as the domain knows it.
#pragma once

#include <absl/status/statusor.h>

#include "common/caller/caller.h"
#include "common/division/division_tree.h"
#include "common/party_message/party_message.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {

// What this caller sees of the parties of this dispute.
PartyView ViewOf(const Caller& caller, const Dispute& dispute);
ResourceScope ScopeOf(const Dispute& dispute);
// True for those who read the file beside the organisation that handles the dispute, and change
// nothing of it: who has joined its mediation, and the centre that routed it.
bool ReadsBeside(const Caller& caller, const Dispute& dispute);

void FillDispute(v1::Dispute* message, const Dispute& dispute, PartyView view);
v1::Dispute DisputeMessage(const Dispute& dispute, PartyView view);

void FillSession(v1::Session* message, const Session& session);

}  // namespace maplebridge::registry
