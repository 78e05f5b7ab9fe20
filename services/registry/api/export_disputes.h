// Writing disputes into a table: ordering it, and its steps.
#pragma once

#include "maplebridge/registry/v1/bulk.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/operation.h"

namespace maplebridge::registry {

inline constexpr int kMostExports = 10;
inline constexpr int kDisputesOfStep = 500;

Task<absl::StatusOr<v1::Operation>> ExportDisputes(Registry& registry, Call& call,
                                                   const v1::ExportDisputesRequest& request);

// Writes the next disputes; the operation, whose row is locked, is changed and not yet stored. Ends
// it after the last one.
Task<absl::Status> ExportNextDisputes(const Registry& registry, postgres::Transaction& transaction,
                                      postgres::Database& database, absl::Time now,
                                      Operation* operation);

}  // namespace maplebridge::registry
