// The file store as a folder: unfinished/{upload}, contents/{first two digits}/{SHA-256}, and the
// id of the database that it belongs to in database_id. Several processes may share the folder.
#pragma once

#include <memory>

#include "common/sealing/sealing.h"
#include "services/registry/files/file_store.h"

namespace maplebridge::registry {

class DiskFileStore : public FileStore {
 public:
  // Makes the folder and what stands in it. FAILED_PRECONDITION when it cannot be written.
  static absl::StatusOr<std::shared_ptr<DiskFileStore>> Open(
      const std::string& folder, std::shared_ptr<const SealingKeys> keys);

  Task<absl::Status> Claim(const std::string& upload, const std::string& writer) override;
  Task<absl::Status> Write(const std::string& upload, const std::string& writer, int first,
                           const std::string& bytes) override;
  Task<absl::StatusOr<std::string>> ReadUnfinished(const std::string& upload, int ordinal) override;
  Task<absl::Status> Keep(const std::string& upload, const std::string& sha256) override;
  Task<absl::StatusOr<std::string>> Read(const std::string& sha256, int ordinal) override;
  Task<absl::Status> DropUnfinished(const std::string& upload) override;
  Task<absl::Status> DropKept(const std::string& sha256) override;
  Task<absl::StatusOr<std::vector<Entry>>> ListUnfinished() override;
  Task<absl::StatusOr<std::vector<Entry>>> ListKept(int shard) override;
  Task<absl::StatusOr<std::int64_t>> Free() override;
  Task<absl::Status> Bind(const std::string& database_id) override;

 private:
  DiskFileStore(std::string folder, std::shared_ptr<const SealingKeys> keys)
      : folder_(std::move(folder)), keys_(std::move(keys)) {}
  std::string UnfinishedPath(const std::string& upload) const;
  std::string KeptPath(const std::string& sha256) const;
  absl::Status KeepNow(const std::string& upload, const std::string& sha256) const;
  absl::Status BindNow(const std::string& database_id) const;

  const std::string folder_;
  const std::shared_ptr<const SealingKeys> keys_;
};

}  // namespace maplebridge::registry
