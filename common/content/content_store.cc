#include "common/content/content_store.h"

#include "common/status/error.h"

namespace maplebridge {
namespace {

using postgres::Statement;

constexpr std::size_t kChunk = 1 << 20;

// $1 sha256, $2 sm3, $3 size. Answers a row only when it was new.
constexpr Statement kInsertContent{"content_insert", R"(
  INSERT INTO contents (sha256, sm3, size) VALUES ($1, $2, $3)
  ON CONFLICT (sha256) DO NOTHING
  RETURNING sha256)"};
// $1 sha256, $2 ordinal, $3 sealed bytes.
constexpr Statement kInsertChunk{"content_insert_chunk", R"(
  INSERT INTO content_chunks (sha256, ordinal, bytes) VALUES ($1, $2, $3))"};
// $1 sha256, $2 ordinal.
constexpr Statement kSelectChunk{"content_select_chunk", R"(
  SELECT bytes FROM content_chunks WHERE sha256 = $1 AND ordinal = $2)"};

// The bytes' digest is known only at their end, so a chunk is bound to its place, not its content;
// the digest over all binds the content.
std::string Purpose(std::size_t ordinal) { return "content#" + std::to_string(ordinal); }

}  // namespace

ContentMemory& ContentMemory::OfProcess() {
  static ContentMemory memory(std::int64_t{512} << 20);
  return memory;
}

bool ContentMemory::Take(std::int64_t bytes) {
  if (taken_.fetch_add(bytes) + bytes <= limit_) return true;
  GiveBack(bytes);
  return false;
}

absl::Status HeldMemory::Take(std::int64_t bytes) {
  if (!memory_.Take(bytes)) {
    return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
                           "too many files are under way at once; try again", absl::Seconds(1));
  }
  held_ += bytes;
  return absl::OkStatus();
}

ContentWriter::ContentWriter(const SealingKeys& keys, std::int64_t limit, ContentMemory& memory)
    : keys_(keys), limit_(limit), memory_(memory) {}

absl::Status ContentWriter::Append(std::string_view bytes) {
  info_.size += static_cast<std::int64_t>(bytes.size());
  if (info_.size > limit_) {
    return ReasonError(
        absl::StatusCode::kResourceExhausted, reason::kMessageTooLarge,
        "the content is larger than " + std::to_string(limit_) + " bytes; nothing was stored");
  }
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (!memory_.Take(size)) {
    return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
                           "too many files are being taken in; nothing was stored; try again",
                           absl::Seconds(1));
  }
  taken_ += size;
  digest_.Update(bytes);
  while (!bytes.empty()) {
    std::size_t taken = std::min(kChunk - buffer_.size(), bytes.size());
    buffer_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (buffer_.size() == kChunk) SealChunk();
  }
  return absl::OkStatus();
}

void ContentWriter::SealChunk() {
  chunks_.push_back(keys_.Seal(Purpose(chunks_.size()), buffer_));
  buffer_.clear();
}

ContentInfo ContentWriter::Finish() {
  if (!buffer_.empty() || chunks_.empty()) SealChunk();
  ContentDigest::Hex hex = digest_.Finish();
  info_.sha256 = hex.sha256;
  info_.sm3 = hex.sm3;
  return info_;
}

Task<absl::Status> ContentWriter::Store(postgres::Transaction& transaction) {
  auto inserted = co_await transaction.Execute(kInsertContent, info_.sha256, info_.sm3, info_.size);
  if (!inserted.ok()) co_return inserted.status();
  if (inserted->empty()) co_return absl::OkStatus();
  for (std::size_t ordinal = 0; ordinal < chunks_.size(); ++ordinal) {
    postgres::Bytes bytes{chunks_[ordinal]};
    auto stored = co_await transaction.Execute(kInsertChunk, info_.sha256,
                                               static_cast<std::int64_t>(ordinal), bytes);
    if (!stored.ok()) co_return stored.status();
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::string>> ReadContentChunk(postgres::Database& database,
                                                   absl::Time deadline, const SealingKeys& keys,
                                                   const std::string& sha256, int ordinal) {
  auto result = co_await database.Query(deadline, kSelectChunk, sha256, ordinal);
  if (!result.ok()) co_return result.status();
  if (result->empty()) co_return absl::NotFoundError("no such chunk");
  co_return keys.Open(Purpose(static_cast<std::size_t>(ordinal)), (*result)[0].Bytes(0));
}

Task<absl::Status> VerifyContent(postgres::Database& database, absl::Time deadline,
                                 const SealingKeys& keys, const std::string& sha256) {
  ContentDigest digest;
  for (int ordinal = 0;; ++ordinal) {
    auto chunk = co_await ReadContentChunk(database, deadline, keys, sha256, ordinal);
    if (chunk.status().code() == absl::StatusCode::kNotFound) break;
    if (!chunk.ok()) co_return chunk.status();
    digest.Update(*chunk);
  }
  if (digest.Finish().sha256 != sha256) {
    co_return ReasonError(absl::StatusCode::kDataLoss, reason::kDigestDiffers,
                          "stored bytes no longer have the digest " + sha256);
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge
