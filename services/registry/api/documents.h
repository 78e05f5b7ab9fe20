// Reading documents of a dispute.
#pragma once

#include "maplebridge/registry/v1/document.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Document>> GetDocument(Registry& registry, Call& call,
                                               const v1::GetDocumentRequest& request);
Task<absl::StatusOr<v1::ListDocumentsResponse>> ListDocumentPage(
    Registry& registry, Call& call, const v1::ListDocumentsRequest& request);
Task<absl::Status> DownloadDocument(Registry& registry, Call& call,
                                    const v1::DownloadDocumentRequest& request,
                                    StreamWriter& writer);

}  // namespace maplebridge::registry
