// Reading documents of a dispute, and verifying copies of them.
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
// For anyone: what a document with this number and code is.
Task<absl::StatusOr<v1::VerifyDocumentResponse>> VerifyDocument(
    Registry& registry, Call& call, const v1::VerifyDocumentRequest& request);

}  // namespace maplebridge::registry
