#include "services/registry/api/file_upkeep.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>

#include "common/logging/log.h"
#include "services/registry/store/stored_file_store.h"

namespace maplebridge::registry {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr absl::Duration kBetweenSweeps = absl::Hours(1);
constexpr absl::Duration kBetweenFigures = absl::Seconds(15);
// The sum over all files takes longer with each: it is made the more rarely.
constexpr int kShareOfFigures = 100;
// Longer than it takes to notice that a database was brought back from the wrong backup.
constexpr absl::Duration kUnknownKept = absl::Hours(7 * 24);

absl::Time Deadline() { return absl::Now() + kPatience; }

Task<absl::Status> BindStore(const Registry& registry, postgres::Database& database) {
  auto id = co_await DatabaseId(database, Deadline());
  if (!id.ok()) co_return id.status();
  co_return co_await registry.files.store->Bind(*id);
}

// Of uploads that ended, at once: none of them becomes open again. A row stands before its file
// does, so a file without one is what another state of the database has left.
Task<absl::StatusOr<int>> SweepUnfinished(const Registry& registry, postgres::Database& database,
                                          absl::Time before) {
  auto entries = co_await registry.files.store->ListUnfinished();
  if (!entries.ok()) co_return entries.status();
  std::vector<std::string> ids;
  for (const FileStore::Entry& entry : *entries) ids.push_back(entry.name);
  if (ids.empty()) co_return 0;
  auto sorted = co_await SortUploads(database, Deadline(), ids);
  if (!sorted.ok()) co_return sorted.status();
  const absl::flat_hash_set<std::string> open(sorted->open.begin(), sorted->open.end());
  const absl::flat_hash_set<std::string> ended(sorted->ended.begin(), sorted->ended.end());
  int swept = 0;
  for (const FileStore::Entry& entry : *entries) {
    const bool is_left = !open.contains(entry.name) && entry.change_time < before;
    if (!ended.contains(entry.name) && !is_left) continue;
    absl::Status dropped = co_await registry.files.store->DropUnfinished(entry.name);
    if (!dropped.ok()) co_return dropped;
    ++swept;
  }
  co_return swept;
}

Task<absl::StatusOr<int>> DropNeedless(const Registry& registry, postgres::Transaction& transaction,
                                       const std::vector<std::string>& sha256s) {
  // Mostly there are none, and nobody who keeps a file has to wait.
  auto seen = co_await NeedlessContents(transaction, sha256s);
  if (!seen.ok()) co_return seen.status();
  if (seen->empty()) co_return 0;
  absl::Status locked = co_await LockFilesToSweep(transaction);
  if (!locked.ok()) co_return locked;
  auto needless = co_await NeedlessContents(transaction, *seen);
  if (!needless.ok()) co_return needless.status();
  for (const std::string& sha256 : *needless) {
    absl::Status dropped = co_await registry.files.store->DropKept(sha256);
    if (!dropped.ok()) co_return dropped;
  }
  co_return static_cast<int>(needless->size());
}

Task<absl::StatusOr<int>> SweepShard(const Registry& registry, postgres::Database& database,
                                     int shard, absl::Time before) {
  auto entries = co_await registry.files.store->ListKept(shard);
  if (!entries.ok()) co_return entries.status();
  std::vector<std::string> sha256s;
  for (const FileStore::Entry& entry : *entries) {
    if (entry.change_time < before) sha256s.push_back(entry.name);
  }
  if (sha256s.empty()) co_return 0;
  std::function<Task<absl::StatusOr<int>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) {
        return DropNeedless(registry, transaction, sha256s);
      };
  co_return co_await database.Transact<int>(Deadline(), body);
}

Task<void> RefreshFigures(const Registry& registry, postgres::Database& database) {
  auto figures = co_await ReadFileFigures(database, Deadline());
  if (figures.ok()) registry.file_metrics.Set(*figures);
}

Task<void> SweepAndTell(const Registry& registry, postgres::Database& database) {
  const absl::Time before = absl::Now() - kUnknownKept;
  auto swept = co_await SweepFiles(registry, database, before);
  if (!swept.ok()) {
    Log(LogLevel::kError, "the file store was not swept",
        {{"status", std::string(swept.status().message())}});
  } else if (swept->unfinished + swept->kept > 0) {
    Log(LogLevel::kInfo, "the file store was swept",
        {{"unfinished", std::to_string(swept->unfinished)}, {"kept", std::to_string(swept->kept)}});
  }
}

}  // namespace

Task<absl::StatusOr<SweptFiles>> SweepFiles(const Registry& registry, postgres::Database& database,
                                            absl::Time before) {
  absl::Status bound = co_await BindStore(registry, database);
  if (!bound.ok()) co_return bound;
  SweptFiles swept;
  auto unfinished = co_await SweepUnfinished(registry, database, before);
  if (!unfinished.ok()) co_return unfinished.status();
  swept.unfinished = *unfinished;
  for (int shard = 0; shard < FileStore::kShards; ++shard) {
    auto kept = co_await SweepShard(registry, database, shard, before);
    if (!kept.ok()) co_return kept.status();
    swept.kept += *kept;
  }
  co_return swept;
}

Task<void> KeepFiles(std::shared_ptr<const Registry> registry) {
  postgres::Database& database = *registry->parts.databases[0];
  absl::Time next_sweep = absl::Now();
  absl::Time next_figures = absl::Now();
  while (!registry->parts.draining()) {
    if (absl::Now() >= next_figures) {
      const absl::Time begin = absl::Now();
      co_await RefreshFigures(*registry, database);
      const absl::Duration taken = absl::Now() - begin;
      next_figures = absl::Now() + std::max(kBetweenFigures, kShareOfFigures * taken);
    }
    if (absl::Now() >= next_sweep) {
      co_await SweepAndTell(*registry, database);
      next_sweep = absl::Now() + kBetweenSweeps;
    }
    co_await Sleep(absl::Milliseconds(500));
  }
}

}  // namespace maplebridge::registry
