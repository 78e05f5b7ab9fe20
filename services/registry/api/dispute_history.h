// All that happened to a dispute, on one page.
#pragma once

#include "maplebridge/registry/v1/centre.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/documents/document_values.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::GetDisputeHistoryResponse>> GetDisputeHistory(
    Registry& registry, Call& call, const v1::GetDisputeHistoryRequest& request);

// The same for its document, one case on one page.
Task<absl::StatusOr<TemplateValues>> HistoryOfCase(postgres::Transaction& transaction,
                                                   const DocumentCase& about,
                                                   const Dispute& dispute);

}  // namespace maplebridge::registry
