#include "services/roster/store/organisation_store.h"

#include "common/status/error.h"

namespace maplebridge::roster {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

#define MB_ORGANISATION_COLUMNS                                               \
  "id, display_name, kind, division, founding_unit, office_address, "         \
  "office_telephone, seal, state, mediator_count, create_time, update_time, " \
  "publish_time, revision"

// $1 id.
constexpr Statement kRead{"organisation_read", "SELECT " MB_ORGANISATION_COLUMNS
                                               " FROM organisations"
                                               " WHERE id = $1"};
constexpr Statement kLock{"organisation_lock", "SELECT " MB_ORGANISATION_COLUMNS
                                               " FROM organisations"
                                               " WHERE id = $1"
                                               " FOR UPDATE"};
// In the order of the columns.
constexpr Statement kInsert{"organisation_insert", R"(
  INSERT INTO organisations (id, display_name, kind, division, founding_unit, office_address,
                             office_telephone, seal, state, mediator_count, create_time,
                             update_time, publish_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))"};
// $1 id, $2 state, $3 mediator count, $4 update time, $5 publish time, $6 revision.
constexpr Statement kUpdate{"organisation_update", R"(
  UPDATE organisations
  SET state = $2, mediator_count = $3, update_time = $4, publish_time = $5, revision = $6
  WHERE id = $1)"};
// $1 organisation, $2 revision, $3 event, $4 from, $5 to, $6 reason, $7 actor, $8 time, $9 trace.
constexpr Statement kRecordStep{"organisation_step_record", R"(
  INSERT INTO organisation_steps (organisation, revision, event, from_state, to_state, reason,
                                  actor, step_time, trace_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};

// $1 after, $2 limit, $3 state, $4 and $5 division from and to; what the caller may see: $6 all,
// $7 and $8 the caller's divisions from and to, $9 the caller's organisation.
#define MB_ORGANISATION_LIST(order)                                       \
  "SELECT " MB_ORGANISATION_COLUMNS                                       \
  " FROM organisations"                                                   \
  " WHERE id > $1"                                                        \
  " AND division BETWEEN $4::bigint AND $5::bigint"                       \
  " AND ($3::text = '' OR state = $3::text)"                              \
  " AND ($6::boolean OR publish_time IS NOT NULL"                         \
  "      OR division BETWEEN $7::bigint AND $8::bigint OR id = $9::text)" \
  " ORDER BY " order " LIMIT $2::bigint"
constexpr Statement kListById{"organisations_by_id", MB_ORGANISATION_LIST("id")};
// The expression keeps the planner from walking the whole primary key for the few rows of a place.
constexpr Statement kListByDivision{"organisations_by_division", MB_ORGANISATION_LIST("id || ''")};

Organisation OrganisationOf(const Row& row) {
  Organisation organisation;
  organisation.id = row.Text(0);
  organisation.display_name = row.Text(1);
  organisation.kind = row.Text(2);
  organisation.division = static_cast<std::uint64_t>(row.Int64(3));
  organisation.founding_unit = row.Text(4);
  organisation.office_address = row.Text(5);
  organisation.office_telephone = row.Text(6);
  organisation.seal = row.Text(7);
  organisation.state = OrganisationStateOf(row.View(8)).value_or(OrganisationState::kRevoked);
  organisation.mediator_count = static_cast<int>(row.Int64(9));
  organisation.create_time = row.Time(10);
  organisation.update_time = row.Time(11);
  organisation.publish_time = row.OptionalTime(12);
  organisation.revision = row.Int64(13);
  return organisation;
}

absl::StatusOr<Organisation> OneOf(const absl::StatusOr<Result>& rows, const std::string& id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return NotFoundError("organisations/" + id);
  return OrganisationOf((*rows)[0]);
}

}  // namespace

Task<absl::StatusOr<Organisation>> ReadOrganisation(postgres::Database& database,
                                                    absl::Time deadline, const std::string& id) {
  auto rows = co_await database.Query(deadline, kRead, id);
  co_return OneOf(rows, id);
}

Task<absl::StatusOr<Organisation>> ReadOrganisation(postgres::Transaction& transaction,
                                                    const std::string& id) {
  auto rows = co_await transaction.Execute(kRead, id);
  co_return OneOf(rows, id);
}

Task<absl::StatusOr<Organisation>> LockOrganisation(postgres::Transaction& transaction,
                                                    const std::string& id) {
  auto rows = co_await transaction.Execute(kLock, id);
  co_return OneOf(rows, id);
}

Task<absl::Status> InsertOrganisation(postgres::Transaction& transaction,
                                      const Organisation& organisation) {
  postgres::Parameters p;
  p.Add(organisation.id);
  p.Add(organisation.display_name);
  p.Add(organisation.kind);
  p.Add(organisation.division);
  p.Add(organisation.founding_unit);
  p.Add(organisation.office_address);
  p.Add(organisation.office_telephone);
  p.Add(organisation.seal);
  p.Add(Word(organisation.state));
  p.Add(organisation.mediator_count);
  p.Add(organisation.create_time);
  p.Add(organisation.update_time);
  p.Add(organisation.publish_time);
  p.Add(organisation.revision);
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(p));
  co_return inserted.status();
}

Task<absl::Status> UpdateOrganisation(postgres::Transaction& transaction,
                                      const Organisation& organisation) {
  auto updated = co_await transaction.Execute(kUpdate, organisation.id, Word(organisation.state),
                                              organisation.mediator_count, organisation.update_time,
                                              organisation.publish_time, organisation.revision);
  co_return updated.status();
}

Task<absl::Status> RecordStep(postgres::Transaction& transaction, const Organisation& organisation,
                              const StepRecord& record) {
  auto stored = co_await transaction.Execute(kRecordStep, organisation.id, organisation.revision,
                                             record.event, record.from_state,
                                             Word(organisation.state), record.reason, record.actor,
                                             organisation.update_time, record.trace_id);
  co_return stored.status();
}

Task<absl::StatusOr<std::vector<Organisation>>> ListOrganisations(
    postgres::Database& database, absl::Time deadline, const OrganisationFilter& filter) {
  // A county or less: few enough rows to sort.
  const bool is_small = filter.division_last - filter.division_first < 1'000'000;
  const Statement& statement = is_small ? kListByDivision : kListById;
  auto rows = co_await database.Query(deadline, statement, filter.after, std::int64_t{filter.limit},
                                      filter.state, filter.division_first, filter.division_last,
                                      filter.sight.sees_all, filter.sight.division_first,
                                      filter.sight.division_last, filter.sight.organisation);
  if (!rows.ok()) co_return rows.status();
  std::vector<Organisation> organisations;
  for (int i = 0; i < rows->size(); ++i) organisations.push_back(OrganisationOf((*rows)[i]));
  co_return organisations;
}

}  // namespace maplebridge::roster
