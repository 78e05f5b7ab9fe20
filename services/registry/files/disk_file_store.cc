#include "services/registry/files/disk_file_store.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

#include "common/logging/log.h"
#include "common/loop/event_loop.h"
#include "common/status/error.h"
#include "common/status/macros.h"
#include "services/registry/files/sealed_file.h"

namespace maplebridge::registry {
namespace {

constexpr char kUnfinished[] = "/unfinished";
constexpr char kContents[] = "/contents";
constexpr char kDatabaseId[] = "/database_id";

// Names come from the database and from resource names that were taken apart; should one ever hold
// more than its letters, it still leads nowhere else.
bool IsPlain(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
}

absl::Status CheckPlain(const std::string& name) {
  if (IsPlain(name)) return absl::OkStatus();
  return absl::InternalError("a file of the store has a name that is none");
}

// Made and synced, unless it is there.
absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return SyncFolder(path.substr(0, path.rfind('/')));
  return errno == EEXIST ? absl::OkStatus() : DiskError("make a folder", path, errno);
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

absl::Status Drop(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return DiskError("delete", path, errno);
}

// What stands in the folder under a plain name; nothing when there is no folder.
absl::StatusOr<std::vector<FileStore::Entry>> List(const std::string& path) {
  std::vector<FileStore::Entry> entries;
  DIR* folder = opendir(path.c_str());
  if (folder == nullptr) {
    if (errno == ENOENT) return entries;
    return DiskError("list", path, errno);
  }
  while (const dirent* found = readdir(folder)) {
    FileStore::Entry entry;
    entry.name = found->d_name;
    struct stat file {};
    if (!IsPlain(entry.name) || stat((path + "/" + entry.name).c_str(), &file) != 0) continue;
    entry.change_time = absl::TimeFromTimespec(file.st_mtim);
    entries.push_back(std::move(entry));
  }
  closedir(folder);
  return entries;
}

// A new file, synced.
absl::Status WriteLine(const std::string& path, const std::string& line) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) return DiskError("write", path, errno);
  const bool is_written = std::fprintf(file, "%s\n", line.c_str()) > 0 && std::fflush(file) == 0 &&
                          fsync(fileno(file)) == 0;
  const int error = errno;
  std::fclose(file);
  return is_written ? absl::OkStatus() : DiskError("write", path, error);
}

absl::Status NotOurs(const std::string& path, const std::string& why) {
  Log(LogLevel::kError, "the file store is not that of this database",
      {{"path", path}, {"why", why}});
  return RetryLaterError(absl::StatusCode::kUnavailable, reason::kFileStoreUnavailable,
                         "the file store is not that of this database; nothing was stored; its "
                         "operator must mend it",
                         absl::Seconds(60));
}

std::string FirstLine(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

}  // namespace

absl::StatusOr<std::shared_ptr<DiskFileStore>> DiskFileStore::Open(
    const std::string& folder, std::shared_ptr<const SealingKeys> keys) {
  for (const std::string& path : {folder, folder + kUnfinished, folder + kContents}) {
    const absl::Status made = MakeFolder(path);
    if (!made.ok() || access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("--files (MAPLEBRIDGE_FILES): cannot write to ", path));
    }
  }
  return std::shared_ptr<DiskFileStore>(new DiskFileStore(folder, std::move(keys)));
}

std::string DiskFileStore::UnfinishedPath(const std::string& upload) const {
  return absl::StrCat(folder_, kUnfinished, "/", upload);
}

std::string DiskFileStore::KeptPath(const std::string& sha256) const {
  return absl::StrCat(folder_, kContents, "/", sha256.substr(0, 2), "/", sha256);
}

Task<absl::Status> DiskFileStore::Claim(const std::string& upload, const std::string& writer) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(upload));
  auto claim = [&] { return ClaimSealedFile(UnfinishedPath(upload), writer); };
  co_return co_await OnDisk(claim);
}

Task<absl::Status> DiskFileStore::Write(const std::string& upload, const std::string& writer,
                                        int first, const std::string& bytes) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(upload));
  auto write = [&] {
    return WriteSealedChunks(*keys_, UnfinishedPath(upload), writer, first, bytes);
  };
  co_return co_await OnDisk(write);
}

Task<absl::StatusOr<std::string>> DiskFileStore::ReadUnfinished(const std::string& upload,
                                                                int ordinal) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(upload));
  auto read = [&] { return ReadSealedChunk(*keys_, UnfinishedPath(upload), "", ordinal); };
  co_return co_await OnDisk(read);
}

absl::Status DiskFileStore::KeepNow(const std::string& upload, const std::string& sha256) const {
  const std::string from = UnfinishedPath(upload);
  const std::string to = KeptPath(sha256);
  const std::string shard = to.substr(0, to.rfind('/'));
  MB_RETURN_IF_ERROR(MakeFolder(shard));
  // What is kept is whole, and others may need it: nothing is put in its place.
  if (Exists(to)) {
    MB_RETURN_IF_ERROR(Drop(from));
    MB_RETURN_IF_ERROR(SyncFolder(shard));
    return SyncFolder(folder_ + kUnfinished);
  }
  absl::Status completed = CompleteSealedFile(*keys_, from, sha256);
  if (!completed.ok() && !absl::IsNotFound(completed)) return completed;
  if (completed.ok() && rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
    return DiskError("rename", from, errno);
  }
  // It may have been moved before, by a call that did not live to sync it.
  if (!Exists(to)) return absl::NotFoundError("no such file");
  MB_RETURN_IF_ERROR(SyncFolder(shard));
  return SyncFolder(folder_ + kUnfinished);
}

Task<absl::Status> DiskFileStore::Keep(const std::string& upload, const std::string& sha256) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(upload));
  MB_CO_RETURN_IF_ERROR(CheckPlain(sha256));
  auto keep = [&] { return KeepNow(upload, sha256); };
  co_return co_await OnDisk(keep);
}

Task<absl::StatusOr<std::string>> DiskFileStore::Read(const std::string& sha256, int ordinal) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(sha256));
  auto read = [&] { return ReadSealedChunk(*keys_, KeptPath(sha256), sha256, ordinal); };
  absl::StatusOr<std::string> chunk = co_await OnDisk(read);
  if (absl::IsNotFound(chunk.status())) {
    co_return ReasonError(absl::StatusCode::kDataLoss, reason::kDigestDiffers,
                          "stored bytes are missing");
  }
  co_return chunk;
}

Task<absl::Status> DiskFileStore::DropUnfinished(const std::string& upload) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(upload));
  auto drop = [&] { return Drop(UnfinishedPath(upload)); };
  co_return co_await OnDisk(drop);
}

Task<absl::Status> DiskFileStore::DropKept(const std::string& sha256) {
  MB_CO_RETURN_IF_ERROR(CheckPlain(sha256));
  auto drop = [&] { return Drop(KeptPath(sha256)); };
  co_return co_await OnDisk(drop);
}

Task<absl::StatusOr<std::vector<FileStore::Entry>>> DiskFileStore::ListUnfinished() {
  auto list = [&] { return List(folder_ + kUnfinished); };
  co_return co_await OnDisk(list);
}

Task<absl::StatusOr<std::vector<FileStore::Entry>>> DiskFileStore::ListKept(int shard) {
  const std::string path = absl::StrCat(folder_, kContents, absl::StrFormat("/%02x", shard));
  auto list = [&] { return List(path); };
  co_return co_await OnDisk(list);
}

Task<absl::StatusOr<std::int64_t>> DiskFileStore::Free() {
  auto ask = [&]() -> absl::StatusOr<std::int64_t> {
    struct statvfs space {};
    if (statvfs(folder_.c_str(), &space) != 0) return DiskError("measure", folder_, errno);
    return static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
  };
  co_return co_await OnDisk(ask);
}

absl::Status DiskFileStore::BindNow(const std::string& database_id) const {
  const std::string path = folder_ + kDatabaseId;
  if (Exists(path)) {
    if (FirstLine(path) == database_id) return absl::OkStatus();
    return NotOurs(path, "names another database");
  }
  MB_ASSIGN_OR_RETURN(const std::vector<Entry> shards, List(folder_ + kContents));
  if (!shards.empty()) {
    return NotOurs(path, "is missing beside files that are kept");
  }
  const std::string fresh = absl::StrCat(path, ".", getpid());
  MB_RETURN_IF_ERROR(WriteLine(fresh, database_id));
  if (rename(fresh.c_str(), path.c_str()) != 0) return DiskError("rename", fresh, errno);
  return SyncFolder(folder_);
}

Task<absl::Status> DiskFileStore::Bind(const std::string& database_id) {
  auto bind = [&] { return BindNow(database_id); };
  co_return co_await OnDisk(bind);
}

}  // namespace maplebridge::registry
