// Making documents on request: everything but the agreement and the notice of conclusion, which
// their steps make.
#pragma once

#include "maplebridge/registry/v1/document.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Document>> CreateDocument(Registry& registry, Call& call,
                                                  const v1::CreateDocumentRequest& request);

}  // namespace maplebridge::registry
