#include "services/registry/api/append_upload.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/rand.h>

#include "common/content/content_store.h"
#include "common/status/error.h"
#include "services/registry/api/material_message.h"
#include "services/registry/api/uploads.h"
#include "services/registry/store/material_store.h"

namespace maplebridge::registry {
namespace {

// What is gathered before it goes to the disk: one sync for so many bytes.
constexpr std::int64_t kGathered = 2 * kFileChunk;
// For committing what came before the line was cut, when the call's own time may be over.
constexpr absl::Duration kPatience = absl::Seconds(10);

// 32 hexadecimal digits that nobody guesses.
std::string NewWriter() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(bytes), sizeof bytes));
}

absl::Status OffsetError(std::int64_t offset, std::int64_t committed) {
  return ReasonError(absl::StatusCode::kAborted, reason::kUploadOffsetDiffers,
                     absl::StrCat("the offset is ", offset, "; ", committed,
                                  " bytes are committed: go on from there"));
}

// Gathers the bytes of one stream, and commits them: first on the disk, then in the row.
class Appender {
 public:
  Appender(Registry& registry, const Call& call, Upload upload)
      : store_(*registry.files.store),
        database_(registry.database(call)),
        upload_(std::move(upload)),
        writer_(NewWriter()) {}

  // Whoever wrote before can write no more, first to the file and then to the row, so that the
  // committed size that is read last is the end of what anyone has committed.
  Task<absl::Status> Claim(std::int64_t offset) {
    if (offset != upload_.committed_size) {
      co_return OffsetError(offset, upload_.committed_size);
    }
    absl::Status claimed = co_await store_.Claim(upload_.id, writer_);
    if (!claimed.ok()) co_return claimed;
    auto committed = co_await ClaimUpload(database_, Deadline(), upload_.id, writer_);
    if (!committed.ok()) co_return committed.status();
    upload_.committed_size = *committed;
    if (offset != *committed) co_return OffsetError(offset, *committed);
    co_return absl::OkStatus();
  }

  Task<absl::Status> Append(const std::string& chunk) {
    if (chunk.empty() || static_cast<std::int64_t>(chunk.size()) > kFileChunk) {
      co_return FieldError("chunk", "must be 1 to 1048576 bytes");
    }
    const auto after = upload_.committed_size + static_cast<std::int64_t>(gathered_.size()) +
                       static_cast<std::int64_t>(chunk.size());
    if (after > upload_.size) {
      co_return FieldError(
          "chunk", absl::StrCat("goes beyond the announced size of ", upload_.size, " bytes"));
    }
    gathered_ += chunk;
    if (static_cast<std::int64_t>(gathered_.size()) < kGathered) co_return absl::OkStatus();
    co_return co_await Commit();
  }

  // Commits what can be committed.
  Task<absl::Status> Commit() {
    const std::int64_t from = upload_.committed_size;
    const std::int64_t length =
        Committable(from, from + static_cast<std::int64_t>(gathered_.size()), upload_.size);
    if (length == 0) co_return absl::OkStatus();
    const std::string bytes = gathered_.substr(0, static_cast<std::size_t>(length));
    const int first = static_cast<int>(from / kFileChunk);
    absl::Status written = co_await store_.Write(upload_.id, writer_, first, bytes);
    if (!written.ok()) co_return written;
    absl::Status committed =
        co_await CommitUpload(database_, Deadline(), upload_.id, writer_, from + length);
    if (!committed.ok()) co_return committed;
    upload_.committed_size += length;
    gathered_.erase(0, static_cast<std::size_t>(length));
    co_return absl::OkStatus();
  }

  const Upload& upload() const { return upload_; }

 private:
  static absl::Time Deadline() { return absl::Now() + kPatience; }

  FileStore& store_;
  postgres::Database& database_;
  Upload upload_;
  const std::string writer_;
  std::string gathered_;
};

Task<absl::Status> TakeIn(StreamReader& reader, Appender* appender) {
  v1::AppendUploadRequest message;
  while (true) {
    auto more = co_await reader.Read(&message);
    if (!more.ok()) {
      // The line was cut: what came whole is not sent again.
      absl::Status committed = co_await appender->Commit();
      co_return committed.ok() ? more.status() : committed;
    }
    if (!*more) co_return co_await appender->Commit();
    if (message.part_case() != v1::AppendUploadRequest::kChunk) {
      co_return FieldError("header", "must be the first message only; chunks follow");
    }
    absl::Status appended = co_await appender->Append(message.chunk());
    if (!appended.ok()) co_return appended;
  }
}

Task<absl::StatusOr<v1::Upload>> AppendTo(Registry& registry, const Call& call,
                                          StreamReader& reader,
                                          const v1::AppendUploadHeader& header) {
  auto found = co_await FindWritable(registry, call, "header.name", header.name());
  if (!found.ok()) co_return found.status();
  MB_CO_RETURN_IF_ERROR(CheckTakesMaterials(found->dispute, "AppendUpload"));
  if (!found->upload.is_open()) {
    co_return StateForbidsError(found->upload.name(), found->upload.state, "AppendUpload");
  }
  if (found->upload.is_examined()) {
    co_return StateForbidsError(found->upload.name(), "whole and examined: finalise it",
                                "AppendUpload");
  }
  HeldMemory memory;
  MB_CO_RETURN_IF_ERROR(memory.Take(2 * kGathered));
  Appender appender(registry, call, std::move(found->upload));
  absl::Status done = co_await appender.Claim(header.offset());
  if (!done.ok()) co_return done;
  done = co_await TakeIn(reader, &appender);
  if (!done.ok()) co_return done;
  co_return UploadMessage(appender.upload());
}

}  // namespace

Task<absl::StatusOr<v1::Upload>> AppendUpload(Registry& registry, Call& call,
                                              StreamReader& reader) {
  v1::AppendUploadRequest first;
  auto begun = co_await reader.Read(&first);
  if (!begun.ok()) co_return begun.status();
  if (!*begun || first.part_case() != v1::AppendUploadRequest::kHeader) {
    co_return FieldError("header", "must be the first message");
  }
  auto answer = co_await AppendTo(registry, call, reader, first.header());
  // A cut line is none.
  if (!answer.ok() && !absl::IsCancelled(answer.status())) {
    registry.file_metrics.CountRefusal(ReasonOf(answer.status()));
  }
  co_return answer;
}

}  // namespace maplebridge::registry
