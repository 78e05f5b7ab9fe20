#include "services/registry/store/escalation_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_ESCALATION_COLUMNS                                                         \
  "dispute, ordinal, state, kind, description, measures, told_authority, told_time, " \
  "division, organisation, level, due_time, missed_count, response, create_time, "    \
  "acknowledge_principal, acknowledge_time, revision"

constexpr Statement kInsert{"escalation_insert", R"(
  INSERT INTO escalations (dispute, ordinal, state, kind, description, measures, told_authority,
                           told_time, division, organisation, level, due_time, create_time,
                           principal, revision)
  VALUES ($1, $2, 'REPORTED', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1))"};
// $1 dispute, $2 ordinal.
constexpr Statement kRead{"escalation_read", "SELECT " MB_ESCALATION_COLUMNS
                                             " FROM escalations"
                                             " WHERE dispute = $1 AND ordinal = $2"};
constexpr Statement kLock{"escalation_lock", "SELECT " MB_ESCALATION_COLUMNS
                                             " FROM escalations"
                                             " WHERE dispute = $1 AND ordinal = $2"
                                             " FOR UPDATE"};
constexpr Statement kUpdate{"escalation_update", R"(
  UPDATE escalations
  SET state = $3, level = $4, due_time = $5, missed_count = $6, response = $7,
      acknowledge_principal = $8, acknowledge_time = $9, revision = $10
  WHERE dispute = $1 AND ordinal = $2)"};
// $1 dispute.
constexpr Statement kCountOpen{"escalations_open", R"(
  SELECT count(*) FROM escalations WHERE dispute = $1 AND state = 'REPORTED')"};
// $1 dispute or "", $2 organisation or "", $3 state or "", $4 and $5 division from and to, $6 to $8
// last seen, $9 limit.
#define MB_ESCALATION_CONDITIONS                                             \
  " AND ($1::text = '' OR dispute = $1::text)"                               \
  " AND ($3::text = '' OR state = $3::text)"                                 \
  " AND division BETWEEN $4::bigint AND $5::bigint"                          \
  " AND (due_time, dispute, ordinal) > ($6::timestamptz, $7::text, $8::int)" \
  " ORDER BY due_time, dispute, ordinal LIMIT $9::bigint"
constexpr Statement kList{"escalations_list", "SELECT " MB_ESCALATION_COLUMNS
                                              " FROM escalations"
                                              " WHERE $2::text = ''" MB_ESCALATION_CONDITIONS};
constexpr Statement kListOfOrganisation{"escalations_of_organisation",
                                        "SELECT " MB_ESCALATION_COLUMNS
                                        " FROM escalations"
                                        " WHERE organisation = $2" MB_ESCALATION_CONDITIONS};

Escalation EscalationOf(const Row& row) {
  Escalation escalation;
  escalation.dispute = row.Text(0);
  escalation.ordinal = static_cast<int>(row.Int64(1));
  escalation.state = row.Text(2);
  escalation.kind = row.Text(3);
  escalation.description = row.Text(4);
  escalation.measures = row.Text(5);
  escalation.told_authority = row.Text(6);
  escalation.told_time = row.Time(7);
  escalation.division = static_cast<std::uint64_t>(row.Int64(8));
  escalation.organisation = row.Text(9);
  escalation.level = EscalationLevelOf(row.View(10));
  escalation.due_time = row.Time(11);
  escalation.missed_count = static_cast<int>(row.Int64(12));
  escalation.response = row.Text(13);
  escalation.create_time = row.Time(14);
  escalation.acknowledge_principal = row.Text(15);
  escalation.acknowledge_time = row.OptionalTime(16);
  escalation.revision = row.Int64(17);
  return escalation;
}

Task<absl::StatusOr<Escalation>> ReadOne(postgres::Transaction& transaction,
                                         const Statement& statement, const std::string& dispute,
                                         int ordinal) {
  auto rows = co_await transaction.Execute(statement, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/escalations/", ordinal));
  }
  co_return EscalationOf((*rows)[0]);
}

}  // namespace

std::string Escalation::name() const {
  return absl::StrCat("disputes/", dispute, "/escalations/", ordinal);
}

Task<absl::Status> InsertEscalation(postgres::Transaction& transaction,
                                    const Escalation& escalation, const std::string& principal) {
  auto inserted = co_await transaction.Execute(
      kInsert, escalation.dispute, escalation.ordinal, escalation.kind, escalation.description,
      escalation.measures, escalation.told_authority, escalation.told_time, escalation.division,
      escalation.organisation, Word(escalation.level), escalation.due_time, escalation.create_time,
      principal);
  co_return inserted.status();
}

Task<absl::StatusOr<Escalation>> ReadEscalation(postgres::Transaction& transaction,
                                                const std::string& dispute, int ordinal) {
  return ReadOne(transaction, kRead, dispute, ordinal);
}

Task<absl::StatusOr<Escalation>> LockEscalation(postgres::Transaction& transaction,
                                                const std::string& dispute, int ordinal) {
  return ReadOne(transaction, kLock, dispute, ordinal);
}

Task<absl::Status> UpdateEscalation(postgres::Transaction& transaction,
                                    const Escalation& escalation) {
  auto updated = co_await transaction.Execute(
      kUpdate, escalation.dispute, escalation.ordinal, escalation.state, Word(escalation.level),
      escalation.due_time, escalation.missed_count, escalation.response,
      escalation.acknowledge_principal, escalation.acknowledge_time, escalation.revision);
  co_return updated.status();
}

Task<absl::StatusOr<int>> CountOpenEscalations(postgres::Transaction& transaction,
                                               const std::string& dispute) {
  auto rows = co_await transaction.Execute(kCountOpen, dispute);
  if (!rows.ok()) co_return rows.status();
  co_return static_cast<int>((*rows)[0].Int64(0));
}

Task<absl::StatusOr<std::vector<Escalation>>> ListEscalations(postgres::Database& database,
                                                              absl::Time deadline,
                                                              const EscalationFilter& filter) {
  const Statement& statement = filter.organisation.empty() ? kList : kListOfOrganisation;
  auto rows = co_await database.Query(deadline, statement, filter.dispute, filter.organisation,
                                      filter.state, filter.division_first, filter.division_last,
                                      filter.after_time, filter.after_dispute, filter.after_ordinal,
                                      filter.limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Escalation> escalations;
  for (int i = 0; i < rows->size(); ++i) escalations.push_back(EscalationOf((*rows)[i]));
  co_return escalations;
}

}  // namespace maplebridge::registry
