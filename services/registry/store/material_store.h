// All SQL on uploads and materials. Their bytes are in the file store.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/material.h"
#include "services/registry/store/dispute_store.h"

namespace maplebridge::registry {

Task<absl::Status> InsertUpload(postgres::Transaction& transaction, const StoreKeys& keys,
                                const Upload& upload, const std::string& principal);
// NOT_FOUND when the dispute has no such upload.
Task<absl::StatusOr<Upload>> ReadUpload(postgres::Database& database, absl::Time deadline,
                                        const StoreKeys& keys, const std::string& dispute,
                                        const std::string& id);
Task<absl::StatusOr<Upload>> LockUpload(postgres::Transaction& transaction, const StoreKeys& keys,
                                        const std::string& dispute, const std::string& id);
// By id, which rises with time. `state` empty: all.
Task<absl::StatusOr<std::vector<Upload>>> ListUploads(postgres::Database& database,
                                                      absl::Time deadline, const StoreKeys& keys,
                                                      const std::string& dispute,
                                                      const std::string& state,
                                                      const std::string& after, int limit);

struct UploadCount {
  int open = 0;
  std::int64_t open_bytes = 0;
  int materials = 0;
};
// Of a dispute; exact while its row is locked.
Task<absl::StatusOr<UploadCount>> CountUploads(postgres::Transaction& transaction,
                                               const std::string& dispute);

// Makes `writer` the one that commits to the open upload, and answers the committed size.
// UPLOAD_TAKEN_OVER when it is open no more.
Task<absl::StatusOr<std::int64_t>> ClaimUpload(postgres::Database& database, absl::Time deadline,
                                               const std::string& id, const std::string& writer);
// Commits bytes up to `size`. UPLOAD_TAKEN_OVER when another one writes, or it is open no more.
Task<absl::Status> CommitUpload(postgres::Database& database, absl::Time deadline,
                                const std::string& id, const std::string& writer,
                                std::int64_t size);
// Keeps what the examination of an open, complete upload found: `upload` carries it.
Task<absl::Status> KeepExamination(postgres::Database& database, absl::Time deadline,
                                   const Upload& upload);
// Stores state and material.
Task<absl::Status> EndUpload(postgres::Transaction& transaction, const Upload& upload);

// With its stored file, unless the same bytes are stored already.
Task<absl::Status> InsertMaterial(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const Material& material, const std::string& principal);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Material>> ReadMaterial(postgres::Database& database, absl::Time deadline,
                                            const StoreKeys& keys, const std::string& dispute,
                                            int ordinal);
Task<absl::StatusOr<Material>> LockMaterial(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& dispute,
                                            int ordinal);
// By ordinal.
Task<absl::StatusOr<std::vector<Material>>> ListMaterials(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const StoreKeys& keys,
                                                          const std::string& dispute, int after,
                                                          int limit);
// All of a dispute, by ordinal.
Task<absl::StatusOr<std::vector<Material>>> ListMaterials(postgres::Transaction& transaction,
                                                          const StoreKeys& keys,
                                                          const std::string& dispute);
// Stores state, reason, time and revision.
Task<absl::Status> WithdrawMaterialRow(postgres::Transaction& transaction, const Material& material,
                                       const std::string& principal);

}  // namespace maplebridge::registry
