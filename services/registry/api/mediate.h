// Mediating: sessions, conclusion, performance.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Session>> RecordSession(Registry& registry, Call& call,
                                                const v1::RecordSessionRequest& request);
Task<absl::StatusOr<v1::ListSessionsResponse>> ListSessionPage(
    Registry& registry, Call& call, const v1::ListSessionsRequest& request);
Task<absl::StatusOr<v1::Dispute>> ConcludeByAgreement(
    Registry& registry, Call& call, const v1::ConcludeByAgreementRequest& request);
Task<absl::StatusOr<v1::Dispute>> AmendAgreement(Registry& registry, Call& call,
                                                 const v1::AmendAgreementRequest& request);
Task<absl::StatusOr<v1::Dispute>> ConcludeWithoutAgreement(
    Registry& registry, Call& call, const v1::ConcludeWithoutAgreementRequest& request);

}  // namespace maplebridge::registry
