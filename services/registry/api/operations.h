// Operations as callers see them: asking, cancelling, reading what they made.
#pragma once

#include "maplebridge/registry/v1/bulk.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/operation.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Operation>> GetOperation(Registry& registry, Call& call,
                                                 const v1::GetOperationRequest& request);
Task<absl::StatusOr<v1::ListOperationsResponse>> ListOperationPage(
    Registry& registry, Call& call, const v1::ListOperationsRequest& request);
Task<absl::StatusOr<v1::Operation>> CancelOperation(Registry& registry, Call& call,
                                                    const v1::CancelOperationRequest& request);
Task<absl::Status> ReadOperationResult(Registry& registry, Call& call,
                                       const v1::ReadOperationResultRequest& request,
                                       StreamWriter& writer);

// A new operation of this caller, in this state; of an import the organisation is still to be set.
Operation NewOperation(const Call& call, std::string_view kind, std::string_view state);
// The rights that it is done with.
Caller RightsOf(const Operation& operation);

v1::Operation OperationMessage(const Operation& operation);
// The operation of a repeated call; NOT_FOUND unless the caller may see it now.
Task<absl::StatusOr<v1::Operation>> RereadOperation(const Registry& registry,
                                                    postgres::Transaction& transaction,
                                                    const Call& call, const std::string& name);

}  // namespace maplebridge::registry
