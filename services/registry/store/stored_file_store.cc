#include "services/registry/store/stored_file_store.h"

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Statement;

// Any constant will do; "files" read as a number.
constexpr Statement kLockToKeep{"files_lock_to_keep",
                                "SELECT pg_advisory_xact_lock_shared(439855375731)"};
constexpr Statement kLockToSweep{"files_lock_to_sweep",
                                 "SELECT pg_advisory_xact_lock(439855375731)"};
// $1 digests.
constexpr Statement kNeedless{"files_needless", R"(
  SELECT found.sha256 FROM unnest($1::text[]) AS found (sha256)
  WHERE NOT EXISTS (SELECT FROM stored_files s WHERE s.sha256 = found.sha256)
    AND NOT EXISTS (SELECT FROM uploads u
                    WHERE u.sha256 = found.sha256 AND u.sha256 <> '' AND u.state = 'OPEN'))"};
// $1 ids.
constexpr Statement kSort{"uploads_sort", R"(
  SELECT upload_id, state = 'OPEN' FROM uploads WHERE upload_id = ANY($1::text[]))"};
constexpr Statement kReadBound{"file_store_read", "SELECT database_id FROM file_stores"};
constexpr Statement kFigures{"files_figures", R"(
  SELECT (SELECT coalesce(sum(size), 0)::bigint FROM stored_files),
         (SELECT count(*) FROM uploads WHERE state = 'OPEN'))"};

absl::StatusOr<std::string> IdIn(const absl::StatusOr<postgres::Result>& rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return absl::InternalError("table file_stores is empty");
  return (*rows)[0].Text(0);
}

}  // namespace

Task<absl::StatusOr<std::string>> LockFilesToKeep(postgres::Transaction& transaction) {
  auto locked = co_await transaction.Execute(kLockToKeep);
  if (!locked.ok()) co_return locked.status();
  auto rows = co_await transaction.Execute(kReadBound);
  co_return IdIn(rows);
}

Task<absl::Status> LockFilesToSweep(postgres::Transaction& transaction) {
  auto locked = co_await transaction.Execute(kLockToSweep);
  co_return locked.status();
}

Task<absl::StatusOr<std::vector<std::string>>> NeedlessContents(
    postgres::Transaction& transaction, const std::vector<std::string>& sha256s) {
  auto rows = co_await transaction.Execute(kNeedless, TextArray(sha256s));
  if (!rows.ok()) co_return rows.status();
  std::vector<std::string> needless;
  for (int i = 0; i < rows->size(); ++i) needless.push_back((*rows)[i].Text(0));
  co_return needless;
}

Task<absl::StatusOr<UploadIds>> SortUploads(postgres::Database& database, absl::Time deadline,
                                            const std::vector<std::string>& ids) {
  auto rows = co_await database.Query(deadline, kSort, TextArray(ids));
  if (!rows.ok()) co_return rows.status();
  UploadIds sorted;
  for (int i = 0; i < rows->size(); ++i) {
    auto& list = (*rows)[i].Bool(1) ? sorted.open : sorted.ended;
    list.push_back((*rows)[i].Text(0));
  }
  co_return sorted;
}

Task<absl::StatusOr<std::string>> DatabaseId(postgres::Database& database, absl::Time deadline) {
  auto rows = co_await database.Query(deadline, kReadBound);
  co_return IdIn(rows);
}

Task<absl::StatusOr<FileFigures>> ReadFileFigures(postgres::Database& database,
                                                  absl::Time deadline) {
  auto rows = co_await database.Query(deadline, kFigures);
  if (!rows.ok()) co_return rows.status();
  FileFigures figures;
  figures.stored_bytes = (*rows)[0].Int64(0);
  figures.open_uploads = (*rows)[0].Int64(1);
  co_return figures;
}

}  // namespace maplebridge::registry
