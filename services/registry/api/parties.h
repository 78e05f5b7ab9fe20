// Changes of a dispute's parties, and of who acts for them.
#pragma once

#include "maplebridge/registry/v1/dispute_party.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Dispute>> AddParty(Registry& registry, Call& call,
                                           const v1::AddPartyRequest& request);
Task<absl::StatusOr<v1::Dispute>> CorrectParty(Registry& registry, Call& call,
                                               const v1::CorrectPartyRequest& request);
Task<absl::StatusOr<v1::Dispute>> AddRepresentative(Registry& registry, Call& call,
                                                    const v1::AddRepresentativeRequest& request);
Task<absl::StatusOr<v1::Dispute>> EndRepresentative(Registry& registry, Call& call,
                                                    const v1::EndRepresentativeRequest& request);
Task<absl::StatusOr<v1::ListPartyChangesResponse>> ListPartyChangePage(
    Registry& registry, Call& call, const v1::ListPartyChangesRequest& request);

// GUARD_FAILED names a person without full capacity for whom no guardian acts (Civil Code 19-23).
Task<absl::Status> CheckGuardians(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, Dispute* dispute);

}  // namespace maplebridge::registry
