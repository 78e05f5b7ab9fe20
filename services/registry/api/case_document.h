// Making a document of a dispute and storing it with its step.
#pragma once

#include <absl/status/statusor.h>

#include "services/registry/api/registry.h"
#include "services/registry/store/file_store.h"

namespace maplebridge::registry {

// What every document says about this dispute, without those who act for its parties.
DocumentCase CaseOf(const Dispute& dispute, absl::Time now);
// The same with them.
Task<absl::StatusOr<DocumentCase>> ReadCase(const Registry& registry,
                                            postgres::Transaction& transaction,
                                            const Dispute& dispute, absl::Time now);

// The code printed on the document with this number.
std::string VerificationCodeOf(const Registry& registry, const std::string& document_number,
                               const std::string& dispute_number);

// The label of a document of this dispute, with its code.
DocumentLabel LabelOf(const Registry& registry, const Dispute& dispute, DocumentKind kind,
                      int ordinal);

// Seals and stores the bytes, and the document with its digests and signature, in the step's
// transaction.
Task<absl::StatusOr<Document>> StoreDocument(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             const DocumentCase& about, MadeDocument made);

}  // namespace maplebridge::registry
