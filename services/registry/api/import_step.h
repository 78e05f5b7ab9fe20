// One step of an import: some hundred rows become disputes or errors, in one short transaction.
#pragma once

#include "services/registry/api/registry.h"
#include "services/registry/domain/operation.h"

namespace maplebridge::registry {

inline constexpr int kRowsOfStep = 200;

// Looks at the next rows; the operation, whose row is locked, is changed and not yet stored. Ends
// it after the last row. `rules_version`: of disputes that begin now.
Task<absl::Status> ImportNextRows(const Registry& registry, postgres::Transaction& transaction,
                                  const std::string& rules_version, absl::Time now,
                                  Operation* operation);

}  // namespace maplebridge::registry
