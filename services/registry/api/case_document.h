// Making a document of a dispute and storing it with its step.
#pragma once

#include <absl/status/statusor.h>

#include "services/registry/api/registry.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {

// What every document says about this dispute.
DocumentCase CaseOf(const Dispute& dispute, absl::Time now);

// Seals and stores the bytes, and the document with its digests, in the step's transaction.
Task<absl::StatusOr<Document>> StoreDocument(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             const Dispute& dispute, MadeDocument made);

}  // namespace maplebridge::registry
