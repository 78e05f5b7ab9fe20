// Reports that are about no single dispute: ledgers of organisations, ends of campaigns.
#pragma once

#include "common/server/handlers.h"
#include "maplebridge/registry/v1/report.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Report>> CreateDisputeLedger(Registry& registry, Call& call,
                                                     const v1::CreateDisputeLedgerRequest& request);
Task<absl::StatusOr<v1::Report>> CreateCampaignReport(
    Registry& registry, Call& call, const v1::CreateCampaignReportRequest& request);
Task<absl::StatusOr<v1::Report>> GetReport(Registry& registry, Call& call,
                                           const v1::GetReportRequest& request);
Task<absl::StatusOr<v1::ListReportsResponse>> ListReportPage(Registry& registry, Call& call,
                                                             const v1::ListReportsRequest& request);
Task<absl::Status> DownloadReport(Registry& registry, Call& call,
                                  const v1::DownloadReportRequest& request, StreamWriter& writer);

}  // namespace maplebridge::registry
