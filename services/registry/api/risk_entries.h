// The risk ledger: entries, measures, the steps from found to resolved or escalated, its export.
#pragma once

#include "maplebridge/registry/v1/risk_entry.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::RiskEntry>> CreateRiskEntry(Registry& registry, Call& call,
                                                    const v1::CreateRiskEntryRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> GetRiskEntry(Registry& registry, Call& call,
                                                 const v1::GetRiskEntryRequest& request);
Task<absl::StatusOr<v1::ListRiskEntriesResponse>> ListRiskEntryPage(
    Registry& registry, Call& call, const v1::ListRiskEntriesRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> ReportRisk(Registry& registry, Call& call,
                                               const v1::ReportRiskRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> AddMeasure(Registry& registry, Call& call,
                                               const v1::AddMeasureRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> RecordMeasure(Registry& registry, Call& call,
                                                  const v1::CompleteMeasureRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> ControlRisk(Registry& registry, Call& call,
                                                const v1::ControlRiskRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> ResolveRisk(Registry& registry, Call& call,
                                                const v1::ResolveRiskRequest& request);
Task<absl::StatusOr<v1::RiskEntry>> EscalateRisk(Registry& registry, Call& call,
                                                 const v1::EscalateRiskRequest& request);
Task<absl::Status> ExportRiskLedger(Registry& registry, Call& call,
                                    const v1::ExportRiskLedgerRequest& request,
                                    StreamWriter& writer);

}  // namespace maplebridge::registry
