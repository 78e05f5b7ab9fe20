// What is due and overdue, and who must act.
#pragma once

#include "maplebridge/registry/v1/dispute.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// The last day of a request; `today` for an empty word. FIELD_INVALID names "due_by_day".
absl::StatusOr<absl::CivilDay> LastDueDay(const std::string& word, absl::CivilDay today);

Task<absl::StatusOr<v1::ListDueDisputesResponse>> ListDueDisputePage(
    Registry& registry, Call& call, const v1::ListDueDisputesRequest& request);

}  // namespace maplebridge::registry
