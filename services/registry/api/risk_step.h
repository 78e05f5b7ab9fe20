// The one way to take a step in the life of a risk entry, and what its handlers share.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "maplebridge/registry/v1/risk_entry.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/store/risk_store.h"

namespace maplebridge::registry {

struct OpenRiskStep {
  RiskEntry entry;
  RiskState from = RiskState::kNone;
  RiskEvent event = RiskEvent::kCreate;
  const RiskTransition* transition = nullptr;
};

// Locks the entry and checks that the caller may work on it (a clock and a partner's observation
// are the service's own), the etag, and the workflow.
Task<absl::StatusOr<OpenRiskStep>> BeginRiskStep(postgres::Transaction& transaction,
                                                 const Call& call, const std::string& id,
                                                 const std::string& etag, RiskEvent event);
// Stores the entry in its new state with its clock, and appends the event.
Task<absl::Status> FinishRiskStep(const Registry& registry, postgres::Transaction& transaction,
                                  const Call& call, OpenRiskStep* step);
// Stores a new entry in the state FOUND with its clock, and appends the event.
Task<absl::Status> StoreNewRisk(const Registry& registry, postgres::Transaction& transaction,
                                const Call& call, RiskEntry* entry);

// NOT_FOUND unless the caller may see it: a bureau its place's, an organisation its own.
absl::Status CheckRiskVisible(const Caller& caller, const RiskEntry& entry);
void FillRiskEntry(v1::RiskEntry* message, const RiskEntry& entry);
v1::RiskEntry RiskEntryMessage(const RiskEntry& entry);
// The id in "riskEntries/{id}"; FIELD_INVALID names `field`.
absl::StatusOr<std::string> RiskIdIn(std::string_view field, const std::string& name);

// True for the clock of a risk entry; what its lock and its end do.
bool IsOfRisk(const DeadlineRow& row);
Task<absl::Status> LockRisk(postgres::Transaction& transaction, const DeadlineRow& row);
Task<absl::Status> ExpireRisk(const Registry& registry, postgres::Transaction& transaction,
                              const Call& call, const DeadlineRow& row);

}  // namespace maplebridge::registry
