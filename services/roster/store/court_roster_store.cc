#include "services/roster/store/court_roster_store.h"

namespace maplebridge::roster {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

// $1 court, $2 organisation, $3 time, $4 revision.
constexpr Statement kInsert{"court_roster_insert", R"(
  INSERT INTO court_roster_entries (court, organisation, create_time, revision)
  VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING
  RETURNING court)"};
// $1 court, $2 organisation.
constexpr Statement kRead{"court_roster_read", R"(
  SELECT e.court, e.organisation, e.create_time, e.revision, o.division
  FROM court_roster_entries e JOIN organisations o ON o.id = e.organisation
  WHERE e.court = $1 AND e.organisation = $2)"};
// $1 organisation.
constexpr Statement kRaise{"court_roster_raise", R"(
  UPDATE court_roster_entries SET revision = revision + 1
  WHERE organisation = $1
  RETURNING court, organisation, create_time, revision)"};
// $1 court, $2 after, $3 limit; what the caller may see: $4 all, $5 and $6 the caller's divisions
// from and to, $7 the caller's organisation.
constexpr Statement kList{"court_roster_list", R"(
  SELECT e.court, e.organisation, e.create_time, e.revision
  FROM court_roster_entries e JOIN organisations o ON o.id = e.organisation
  WHERE e.court = $1 AND e.organisation > $2
    AND ($4::boolean OR o.division BETWEEN $5::bigint AND $6::bigint OR o.id = $7::text)
  ORDER BY e.organisation
  LIMIT $3::bigint)"};

CourtRosterEntry EntryOf(const Row& row) {
  CourtRosterEntry entry;
  entry.court = row.Text(0);
  entry.organisation = row.Text(1);
  entry.create_time = row.Time(2);
  entry.revision = row.Int64(3);
  return entry;
}

absl::StatusOr<std::optional<PlacedEntry>> OneOf(const absl::StatusOr<Result>& rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<PlacedEntry>();
  PlacedEntry placed;
  placed.entry = EntryOf((*rows)[0]);
  placed.division = static_cast<std::uint64_t>((*rows)[0].Int64(4));
  return std::optional<PlacedEntry>(std::move(placed));
}

absl::StatusOr<std::vector<CourtRosterEntry>> AllOf(const absl::StatusOr<Result>& rows) {
  if (!rows.ok()) return rows.status();
  std::vector<CourtRosterEntry> entries;
  for (int i = 0; i < rows->size(); ++i) entries.push_back(EntryOf((*rows)[i]));
  return entries;
}

}  // namespace

Task<absl::StatusOr<bool>> InsertEntry(postgres::Transaction& transaction,
                                       const CourtRosterEntry& entry) {
  auto rows = co_await transaction.Execute(kInsert, entry.court, entry.organisation,
                                           entry.create_time, entry.revision);
  if (!rows.ok()) co_return rows.status();
  co_return !rows->empty();
}

Task<absl::StatusOr<std::optional<PlacedEntry>>> ReadEntry(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const std::string& court,
                                                           const std::string& organisation) {
  auto rows = co_await database.Query(deadline, kRead, court, organisation);
  co_return OneOf(rows);
}

Task<absl::StatusOr<std::optional<PlacedEntry>>> ReadEntry(postgres::Transaction& transaction,
                                                           const std::string& court,
                                                           const std::string& organisation) {
  auto rows = co_await transaction.Execute(kRead, court, organisation);
  co_return OneOf(rows);
}

Task<absl::StatusOr<std::vector<CourtRosterEntry>>> RaiseEntries(postgres::Transaction& transaction,
                                                                 const std::string& organisation) {
  auto rows = co_await transaction.Execute(kRaise, organisation);
  co_return AllOf(rows);
}

Task<absl::StatusOr<std::vector<CourtRosterEntry>>> ListEntries(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const EntryFilter& filter) {
  auto rows = co_await database.Query(deadline, kList, filter.court, filter.after,
                                      std::int64_t{filter.limit}, filter.sight.sees_all,
                                      filter.sight.division_first, filter.sight.division_last,
                                      filter.sight.organisation);
  co_return AllOf(rows);
}

}  // namespace maplebridge::roster
