// What ends a dispute other than a conclusion, and what comes after its end: withdrawal, extension,
// breach, the end of an agreement, follow-up visits, the archive.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Dispute>> WithdrawDispute(Registry& registry, Call& call,
                                                  const v1::WithdrawDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> ExtendDispute(Registry& registry, Call& call,
                                                const v1::ExtendDisputeRequest& request);
Task<absl::StatusOr<v1::Dispute>> ReportBreach(Registry& registry, Call& call,
                                               const v1::ReportBreachRequest& request);
Task<absl::StatusOr<v1::Dispute>> CloseUnperformed(Registry& registry, Call& call,
                                                   const v1::CloseUnperformedRequest& request);
Task<absl::StatusOr<v1::Dispute>> RecordSetAside(Registry& registry, Call& call,
                                                 const v1::RecordSetAsideRequest& request);
Task<absl::StatusOr<v1::Dispute>> ArchiveDispute(Registry& registry, Call& call,
                                                 const v1::ArchiveDisputeRequest& request);

}  // namespace maplebridge::registry
