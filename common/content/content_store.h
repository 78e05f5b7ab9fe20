// Materials and documents by their content: the same bytes are kept once, sealed, in chunks.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "common/sealing/sealing.h"

namespace maplebridge {

// What is known of stored bytes.
struct ContentInfo {
  std::string sha256;
  std::string sm3;
  std::int64_t size = 0;
};

// Gathers bytes that come in pieces into sealed chunks of 1 MiB, in memory only as sealed chunks.
class ContentWriter {
 public:
  // `limit`: most bytes accepted.
  ContentWriter(const SealingKeys& keys, std::int64_t limit);
  // RESOURCE_EXHAUSTED when the limit is passed.
  absl::Status Append(std::string_view bytes);
  // Ends the content; call once, before Store.
  ContentInfo Finish();
  // Stores it in the caller's transaction; nothing to do when the same content is there.
  Task<absl::Status> Store(postgres::Transaction& transaction);

 private:
  void SealChunk();
  const SealingKeys& keys_;
  std::int64_t limit_;
  ContentInfo info_;
  ContentDigest digest_;
  std::string buffer_;
  std::vector<std::string> chunks_;
};

// One chunk of stored bytes, by its place from 0; NOT_FOUND past the end. DATA_LOSS when what is
// stored was changed.
Task<absl::StatusOr<std::string>> ReadContentChunk(postgres::Database& database,
                                                   absl::Time deadline, const SealingKeys& keys,
                                                   const std::string& sha256, int ordinal);

// Reads all of a content and checks its digest: OK when every byte is what was stored. DATA_LOSS
// otherwise.
Task<absl::Status> VerifyContent(postgres::Database& database, absl::Time deadline,
                                 const SealingKeys& keys, const std::string& sha256);

}  // namespace maplebridge
