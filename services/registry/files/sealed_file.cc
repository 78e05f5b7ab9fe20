#include "services/registry/files/sealed_file.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/logging/log.h"
#include "common/status/error.h"
#include "common/status/macros.h"
#include "services/registry/domain/material.h"

namespace maplebridge::registry {
namespace {

constexpr std::string_view kMagic = "MBFILE1\n";
constexpr std::size_t kIdLength = 16;
constexpr std::size_t kIdPlace = kMagic.size();
constexpr std::size_t kWriterPlace = kIdPlace + kIdLength;
constexpr std::size_t kDigestPlace = kWriterPlace + kWriterLength;
constexpr std::size_t kHeader = 512;
// Room for the longest id of a key beside the chunk.
constexpr std::size_t kSlot = static_cast<std::size_t>(kFileChunk) + 512;
constexpr std::size_t kLengthBytes = 4;

class OpenFile {
 public:
  OpenFile(std::string path, int flags)
      : path_(std::move(path)), file_(open(path_.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    error_ = file_ < 0 ? errno : 0;
  }
  ~OpenFile() {
    if (file_ >= 0) close(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  absl::Status status() const {
    if (error_ == 0) return absl::OkStatus();
    if (error_ == ENOENT) return absl::NotFoundError("no such file");
    return DiskError("open", path_, error_);
  }
  // Until it is closed; all who write to a file hold its lock for no longer than they write.
  absl::Status Lock() {
    while (flock(file_, LOCK_EX) != 0) {
      if (errno != EINTR) return DiskError("lock", path_, errno);
    }
    return absl::OkStatus();
  }
  // Fewer bytes only at the end of the file.
  absl::StatusOr<std::string> Read(std::size_t place, std::size_t length) const {
    std::string bytes(length, '\0');
    std::size_t done = 0;
    while (done < length) {
      const ssize_t got =
          pread(file_, bytes.data() + done, length - done, static_cast<off_t>(place + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return DiskError("read", path_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }
  absl::Status Write(std::size_t place, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(place));
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return DiskError("write", path_, put < 0 ? errno : ENOSPC);
      place += static_cast<std::size_t>(put);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return absl::OkStatus();
  }
  absl::Status Sync() {
    if (fdatasync(file_) != 0) return DiskError("sync", path_, errno);
    return absl::OkStatus();
  }

 private:
  std::string path_;
  int file_;
  int error_;
};

absl::Status ChangedError() {
  return ReasonError(absl::StatusCode::kDataLoss, reason::kDigestDiffers,
                     "stored bytes are missing or were changed");
}

absl::StatusOr<std::string> ReadHeader(const OpenFile& file) {
  MB_ASSIGN_OR_RETURN(std::string header, file.Read(0, kHeader));
  if (header.size() != kHeader || header.compare(0, kMagic.size(), kMagic) != 0) {
    return ChangedError();
  }
  return header;
}

std::string IdIn(const std::string& header) {
  return absl::BytesToHexString(header.substr(kIdPlace, kIdLength));
}

std::string ChunkPurpose(const std::string& header, int ordinal) {
  return absl::StrCat("file ", IdIn(header), "#", ordinal);
}
std::string DigestPurpose(const std::string& header) {
  return absl::StrCat("file ", IdIn(header), "#sha256");
}

std::string NumberBytes(std::size_t number) {
  std::string bytes(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    bytes[i] = static_cast<char>(number >> (8 * (kLengthBytes - 1 - i)) & 0xFF);
  }
  return bytes;
}

// A number and as many sealed bytes; empty when that is not what stands there.
std::string_view SealedIn(std::string_view bytes) {
  if (bytes.size() < kLengthBytes) return "";
  std::size_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  bytes.remove_prefix(kLengthBytes);
  return length <= bytes.size() ? bytes.substr(0, length) : std::string_view();
}

std::string NewHeader(const std::string& writer) {
  std::string header(kHeader, '\0');
  header.replace(0, kMagic.size(), kMagic);
  RAND_bytes(reinterpret_cast<unsigned char*>(header.data() + kIdPlace), kIdLength);
  header.replace(kWriterPlace, kWriterLength, writer);
  return header;
}

}  // namespace

absl::Status DiskError(const std::string& doing, const std::string& path, int error) {
  const std::string why = std::strerror(error);
  Log(LogLevel::kError, "the file store failed",
      {{"doing", doing}, {"path", path}, {"error", why}});
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return RetryLaterError(absl::StatusCode::kResourceExhausted, reason::kFileStoreFull,
                           "the file store has no room left; what was committed before is kept",
                           absl::Seconds(60));
  }
  return RetryLaterError(absl::StatusCode::kUnavailable, reason::kFileStoreUnavailable,
                         absl::StrCat("the file store cannot ", doing, " (", why,
                                      "); what was committed before is kept; try again"),
                         absl::Seconds(5));
}

absl::Status SyncFolder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return DiskError("open", path, errno);
  const int error = fsync(folder) == 0 ? 0 : errno;
  close(folder);
  return error == 0 ? absl::OkStatus() : DiskError("sync", path, error);
}

absl::Status ClaimSealedFile(const std::string& path, const std::string& writer) {
  if (writer.size() != kWriterLength) return absl::InternalError("a writer has 32 characters");
  OpenFile file(path, O_RDWR | O_CREAT);
  MB_RETURN_IF_ERROR(file.status());
  MB_RETURN_IF_ERROR(file.Lock());
  MB_ASSIGN_OR_RETURN(const std::string before, file.Read(0, kHeader));
  // A crash may have left a header that is not whole: then nothing was committed.
  if (before.size() == kHeader && before.compare(0, kMagic.size(), kMagic) == 0) {
    MB_RETURN_IF_ERROR(file.Write(kWriterPlace, writer));
    return file.Sync();
  }
  MB_RETURN_IF_ERROR(file.Write(0, NewHeader(writer)));
  MB_RETURN_IF_ERROR(file.Sync());
  return SyncFolder(path.substr(0, path.rfind('/')));
}

absl::Status WriteSealedChunks(const SealingKeys& keys, const std::string& path,
                               const std::string& writer, int first, std::string_view bytes) {
  OpenFile file(path, O_RDWR);
  if (absl::IsNotFound(file.status())) return ChangedError();
  MB_RETURN_IF_ERROR(file.status());
  MB_RETURN_IF_ERROR(file.Lock());
  MB_ASSIGN_OR_RETURN(const std::string header, ReadHeader(file));
  if (header.compare(kWriterPlace, kWriterLength, writer) != 0) {
    return ReasonError(absl::StatusCode::kAborted, reason::kUploadTakenOver,
                       "a later stream writes to this upload; this one ends");
  }
  for (int ordinal = first; !bytes.empty(); ++ordinal) {
    const std::string_view chunk = bytes.substr(0, static_cast<std::size_t>(kFileChunk));
    bytes.remove_prefix(chunk.size());
    const std::string sealed = keys.Seal(ChunkPurpose(header, ordinal), chunk);
    MB_RETURN_IF_ERROR(file.Write(kHeader + kSlot * static_cast<std::size_t>(ordinal),
                                  NumberBytes(sealed.size()) + sealed));
  }
  return file.Sync();
}

absl::Status CompleteSealedFile(const SealingKeys& keys, const std::string& path,
                                const std::string& sha256) {
  OpenFile file(path, O_RDWR);
  MB_RETURN_IF_ERROR(file.status());
  MB_RETURN_IF_ERROR(file.Lock());
  MB_ASSIGN_OR_RETURN(const std::string header, ReadHeader(file));
  const std::string sealed = keys.Seal(DigestPurpose(header), sha256);
  MB_RETURN_IF_ERROR(file.Write(kDigestPlace, NumberBytes(sealed.size()) + sealed));
  return file.Sync();
}

absl::StatusOr<std::string> ReadSealedChunk(const SealingKeys& keys, const std::string& path,
                                            const std::string& sha256, int ordinal) {
  OpenFile file(path, O_RDONLY);
  MB_RETURN_IF_ERROR(file.status());
  MB_ASSIGN_OR_RETURN(const std::string header, ReadHeader(file));
  if (!sha256.empty()) {
    const std::string_view sealed = SealedIn(std::string_view(header).substr(kDigestPlace));
    const auto digest = keys.Open(DigestPurpose(header), sealed);
    if (!digest.ok() || *digest != sha256) return ChangedError();
  }
  MB_ASSIGN_OR_RETURN(const std::string slot,
                      file.Read(kHeader + kSlot * static_cast<std::size_t>(ordinal), kSlot));
  auto chunk = keys.Open(ChunkPurpose(header, ordinal), SealedIn(slot));
  if (!chunk.ok()) return ChangedError();
  return chunk;
}

}  // namespace maplebridge::registry
