// Signs that a dispute may turn violent: reported, climbing, acknowledged (PML 25).
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "maplebridge/registry/v1/escalation.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Escalation>> ReportEscalation(Registry& registry, Call& call,
                                                      const v1::ReportEscalationRequest& request);
Task<absl::StatusOr<v1::Escalation>> AcknowledgeEscalation(
    Registry& registry, Call& call, const v1::AcknowledgeEscalationRequest& request);
Task<absl::StatusOr<v1::ListEscalationsResponse>> ListEscalationPage(
    Registry& registry, Call& call, const v1::ListEscalationsRequest& request);

// Locks the report that a clock is of; OK when there is none.
Task<absl::Status> LockReport(postgres::Transaction& transaction, const DeadlineRow& row);
// What happens when a level has not answered in time: the report climbs.
Task<absl::Status> ClimbEscalation(const Registry& registry, postgres::Transaction& transaction,
                                   const Call& call, const DeadlineRow& row);
// True for the clock of a report.
bool IsOfEscalation(const DeadlineRow& row);

}  // namespace maplebridge::registry
