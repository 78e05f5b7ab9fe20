// SQL on what of the file store is needed, and the lock between keeping files and sweeping them.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/postgres/database.h"

namespace maplebridge::registry {

// Held until the transaction ends. Files are kept under the shared lock, which many may hold, and
// swept under the exclusive one: a file is never deleted between its being found needless and its
// becoming needed.
// The first one answers the id of the database that the store must belong to.
Task<absl::StatusOr<std::string>> LockFilesToKeep(postgres::Transaction& transaction);
Task<absl::Status> LockFilesToSweep(postgres::Transaction& transaction);

// Those of `sha256s` that no row and no unfinished upload needs.
Task<absl::StatusOr<std::vector<std::string>>> NeedlessContents(
    postgres::Transaction& transaction, const std::vector<std::string>& sha256s);

// What is known of uploads by their ids.
struct UploadIds {
  std::vector<std::string> open;
  std::vector<std::string> ended;
};
Task<absl::StatusOr<UploadIds>> SortUploads(postgres::Database& database, absl::Time deadline,
                                            const std::vector<std::string>& ids);

// The id that binds the file store to this database.
Task<absl::StatusOr<std::string>> DatabaseId(postgres::Database& database, absl::Time deadline);

struct FileFigures {
  std::int64_t stored_bytes = 0;
  std::int64_t open_uploads = 0;
};
Task<absl::StatusOr<FileFigures>> ReadFileFigures(postgres::Database& database,
                                                  absl::Time deadline);

}  // namespace maplebridge::registry
