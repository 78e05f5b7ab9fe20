// Where the bytes of materials are kept, apart from the database. The one interface that the rest
// of the registry knows of it: a folder today, another store behind it another day.
//
// A file begins unfinished, by the id of its upload, and is kept by the SHA-256 of its bytes. It is
// written and read in chunks of kFileChunk bytes, the last one shorter. Everything that answers OK
// has reached the disk. Errors: UNAVAILABLE FILE_STORE_UNAVAILABLE, RESOURCE_EXHAUSTED
// FILE_STORE_FULL, and DATA_LOSS DIGEST_DIFFERS when what is stored was changed.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "common/task/task.h"

namespace maplebridge::registry {

class FileStore {
 public:
  // What a listing says of a file.
  struct Entry {
    std::string name;  // id of the upload, or SHA-256
    absl::Time change_time;
  };
  // Kept files are listed in as many parts as there are values of a byte.
  static constexpr int kShards = 256;

  virtual ~FileStore() = default;

  // From now on only `writer` (32 characters) may write to the unfinished file, which is made when
  // there is none.
  virtual Task<absl::Status> Claim(const std::string& upload, const std::string& writer) = 0;
  // Writes chunks from number `first` on. ABORTED UPLOAD_TAKEN_OVER when another writer claimed it.
  virtual Task<absl::Status> Write(const std::string& upload, const std::string& writer, int first,
                                   const std::string& bytes) = 0;
  // NOT_FOUND when there is no such file.
  virtual Task<absl::StatusOr<std::string>> ReadUnfinished(const std::string& upload,
                                                           int ordinal) = 0;
  // Keeps the unfinished file, whose bytes have this digest. Again, it is OK. NOT_FOUND when there
  // is neither.
  virtual Task<absl::Status> Keep(const std::string& upload, const std::string& sha256) = 0;
  virtual Task<absl::StatusOr<std::string>> Read(const std::string& sha256, int ordinal) = 0;

  // OK also when there is none.
  virtual Task<absl::Status> DropUnfinished(const std::string& upload) = 0;
  virtual Task<absl::Status> DropKept(const std::string& sha256) = 0;
  virtual Task<absl::StatusOr<std::vector<Entry>>> ListUnfinished() = 0;
  virtual Task<absl::StatusOr<std::vector<Entry>>> ListKept(int shard) = 0;

  // Bytes that may still be written.
  virtual Task<absl::StatusOr<std::int64_t>> Free() = 0;
  // Binds an empty store to a database by its id. FILE_STORE_UNAVAILABLE when it belongs to another
  // one, or holds files and to none.
  virtual Task<absl::Status> Bind(const std::string& database_id) = 0;
};

}  // namespace maplebridge::registry
