// Announcing, reading and giving up uploads, and their expiry.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "maplebridge/registry/v1/material.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/domain/material.h"

namespace maplebridge::registry {

inline constexpr char kUploadClock[] = "upload";

Task<absl::StatusOr<v1::Upload>> CreateUpload(Registry& registry, Call& call,
                                              const v1::CreateUploadRequest& request);
Task<absl::StatusOr<v1::Upload>> GetUpload(Registry& registry, Call& call,
                                           const v1::GetUploadRequest& request);
Task<absl::StatusOr<v1::ListUploadsResponse>> ListUploadPage(Registry& registry, Call& call,
                                                             const v1::ListUploadsRequest& request);
Task<absl::StatusOr<v1::Upload>> CancelUpload(Registry& registry, Call& call,
                                              const v1::CancelUploadRequest& request);

// An upload of a dispute, to whose file the caller may add.
struct WritableUpload {
  Upload upload;
  Dispute dispute;
};
Task<absl::StatusOr<WritableUpload>> FindWritable(Registry& registry, const Call& call,
                                                  std::string_view field, const std::string& name);

// The clock of unfinished uploads.
bool IsOfUpload(const DeadlineRow& row);
Task<absl::Status> LockUploadOf(const Registry& registry, postgres::Transaction& transaction,
                                const DeadlineRow& row);
Task<absl::Status> ExpireUpload(const Registry& registry, postgres::Transaction& transaction,
                                const DeadlineRow& row);

}  // namespace maplebridge::registry
