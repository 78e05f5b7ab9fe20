#include "services/docking/store/roster_projection.h"

namespace maplebridge::docking {
namespace {

using postgres::Statement;

// $1 organisation, $2 state, $3 revision, $4 time.
constexpr Statement kPutOrganisation{"roster_organisation_put", R"(
  INSERT INTO roster_organisations (organisation, state, revision, event_time)
  VALUES ($1, $2, $3, $4)
  ON CONFLICT (organisation) DO UPDATE
  SET state = excluded.state, revision = excluded.revision, event_time = excluded.event_time
  WHERE roster_organisations.revision < excluded.revision)"};
// $1 court, $2 organisation, $3 revision, $4 time.
constexpr Statement kPutEntry{"roster_entry_put", R"(
  INSERT INTO roster_entries (court, organisation, revision, event_time) VALUES ($1, $2, $3, $4)
  ON CONFLICT (court, organisation) DO UPDATE
  SET revision = excluded.revision, event_time = excluded.event_time
  WHERE roster_entries.revision < excluded.revision)"};
// $1 organisation, $2 court.
constexpr Statement kRead{"roster_projection_read", R"(
  SELECT state = 'PUBLISHED',
         EXISTS (SELECT FROM roster_entries WHERE court = $2 AND organisation = $1),
         greatest((SELECT max(event_time) FROM roster_organisations),
                  (SELECT max(event_time) FROM roster_entries))
  FROM roster_organisations
  WHERE organisation = $1)"};

}  // namespace

Task<absl::Status> PutOrganisation(postgres::Transaction& transaction,
                                   const std::string& organisation, const std::string& state,
                                   std::int64_t revision, absl::Time event_time) {
  auto put =
      co_await transaction.Execute(kPutOrganisation, organisation, state, revision, event_time);
  co_return put.status();
}

Task<absl::Status> PutRosterEntry(postgres::Transaction& transaction, const std::string& court,
                                  const std::string& organisation, std::int64_t revision,
                                  absl::Time event_time) {
  auto put = co_await transaction.Execute(kPutEntry, court, organisation, revision, event_time);
  co_return put.status();
}

Task<absl::StatusOr<std::optional<ProjectedOrganisation>>> ReadProjection(
    postgres::Database& database, absl::Time deadline, const std::string& organisation,
    const std::string& court) {
  auto rows = co_await database.Query(deadline, kRead, organisation, court);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return std::optional<ProjectedOrganisation>();
  ProjectedOrganisation found;
  found.is_published = (*rows)[0].Bool(0);
  found.is_on_roster = (*rows)[0].Bool(1);
  found.roster_time = (*rows)[0].Time(2);
  co_return std::optional<ProjectedOrganisation>(found);
}

}  // namespace maplebridge::docking
