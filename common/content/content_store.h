// Materials and documents by their content: the same bytes are kept once, sealed, in chunks.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
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

// How much of all contents under way may stand in memory at once. Any thread.
class ContentMemory {
 public:
  explicit ContentMemory(std::int64_t limit) : limit_(limit) {}
  // 512 MiB for the process.
  static ContentMemory& OfProcess();
  // False, and nothing taken, when it does not fit.
  bool Take(std::int64_t bytes);
  void GiveBack(std::int64_t bytes) { taken_.fetch_sub(bytes); }

 private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> taken_ = 0;
};

// Bytes of a ContentMemory, given back at its end.
class HeldMemory {
 public:
  explicit HeldMemory(ContentMemory& memory = ContentMemory::OfProcess()) : memory_(memory) {}
  ~HeldMemory() { memory_.GiveBack(held_); }
  HeldMemory(const HeldMemory&) = delete;
  HeldMemory& operator=(const HeldMemory&) = delete;
  // RESOURCE_EXHAUSTED OVERLOADED with the time to wait when they do not fit.
  absl::Status Take(std::int64_t bytes);

 private:
  ContentMemory& memory_;
  std::int64_t held_ = 0;
};

// Gathers bytes that come in pieces into sealed chunks of 1 MiB, in memory only as sealed chunks.
class ContentWriter {
 public:
  // `limit`: most bytes accepted.
  ContentWriter(const SealingKeys& keys, std::int64_t limit,
                ContentMemory& memory = ContentMemory::OfProcess());
  ~ContentWriter() { memory_.GiveBack(taken_); }
  ContentWriter(const ContentWriter&) = delete;
  ContentWriter& operator=(const ContentWriter&) = delete;
  // RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE when the limit is passed, OVERLOADED with the time to wait
  // when too much is under way.
  absl::Status Append(std::string_view bytes);
  // Ends the content; call once, before Store.
  ContentInfo Finish();
  // Stores it in the caller's transaction; nothing to do when the same content is there.
  Task<absl::Status> Store(postgres::Transaction& transaction);

 private:
  void SealChunk();
  const SealingKeys& keys_;
  std::int64_t limit_;
  ContentMemory& memory_;
  std::int64_t taken_ = 0;
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
