// The party's side of minutes: what the holder of a link reads, asks for and says. No login; the
// link is the right to read, and the code from the party's own telephone the right to speak.
#pragma once

#include "maplebridge/registry/v1/minutes.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/minutes_reader.h"
#include "services/registry/store/file_store.h"
#include "services/registry/store/minutes_store.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::ViewMinutesResponse>> ViewMinutes(Registry& registry, Call& call,
                                                          const v1::ViewMinutesRequest& request);
Task<absl::StatusOr<v1::SendMinutesCodeResponse>> SendMinutesCode(
    Registry& registry, Call& call, const v1::SendMinutesCodeRequest& request);
Task<absl::StatusOr<v1::ViewMinutesResponse>> ConfirmMinutes(
    Registry& registry, Call& call, const v1::ConfirmMinutesRequest& request);

// Sends a new link to who reads for the party.
Task<absl::Status> SendLink(const Registry& registry, postgres::Transaction& transaction,
                            const Call& call, const Dispute& dispute, const Minutes& minutes,
                            const Party& party, const MinutesReader& reader);
// Keeps a party's word; the minutes are CONFIRMED when all who took part in the session have
// confirmed them.
Task<absl::Status> KeepWord(postgres::Transaction& transaction, const Session& session,
                            const MinutesConfirmation& word, Minutes* minutes);

}  // namespace maplebridge::registry
