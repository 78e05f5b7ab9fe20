#include "services/registry/store/urging_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_URGING_COLUMNS                                                                \
  "dispute, ordinal, agreement, obligation_id, instalment, urge_day, method, mediator, " \
  "content, reminder, response, answer, promised_day, create_time, answer_time, dispute_revision"

// In the order of the columns; $17 principal, $18 principal of the answer.
constexpr Statement kInsert{"urging_insert",
                            "INSERT INTO urgings (" MB_URGING_COLUMNS
                            ", principal, answer_principal) VALUES ($1, $2, $3, $4, $5, $6, $7, "
                            "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"};
// $1 dispute, $2 ordinal, $3 response, $4 answer, $5 promised day, $6 time, $7 principal,
// $8 revision.
constexpr Statement kAnswer{"urging_answer", R"(
  UPDATE urgings
  SET response = $3, answer = $4, promised_day = $5, answer_time = $6, answer_principal = $7,
      dispute_revision = $8
  WHERE dispute = $1 AND ordinal = $2)"};
// $1 dispute, $2 ordinal.
constexpr Statement kRead{"urging_read", "SELECT " MB_URGING_COLUMNS
                                         " FROM urgings"
                                         " WHERE dispute = $1 AND ordinal = $2"};
// $1 dispute, $2 after, $3 limit.
constexpr Statement kList{"urgings_list", "SELECT " MB_URGING_COLUMNS
                                          " FROM urgings"
                                          " WHERE dispute = $1 AND ordinal > $2"
                                          " ORDER BY ordinal LIMIT $3"};
constexpr Statement kListBreaches{"breaches_list", R"(
  SELECT dispute, ordinal, agreement, obligation_id, instalment, explanation, report_time
  FROM breaches
  WHERE dispute = $1 AND ordinal > $2
  ORDER BY ordinal LIMIT $3)"};

// $1 organisation, $2 and $3 division from and to, $4 debtor or "", $5 last day, $6 to $9 the last
// one seen, $10 limit, $11 dispute or "". The rows are chosen by an index first, and what else is
// told of them is looked up after.
#define MB_DUE(leading)                                                                           \
  "SELECT u.due_day, u.dispute, u.obligation_id, u.instalment, u.agreement, o.kind, o.debtor, "   \
  "o.creditor, u.amount_fen, u.performed_fen, "                                                   \
  "(SELECT count(*) FROM urgings g WHERE (g.dispute, g.agreement, g.obligation_id, g.instalment)" \
  " = (u.dispute, u.agreement, u.obligation_id, u.instalment)), "                                 \
  "(SELECT max(g.urge_day) FROM urgings g WHERE (g.dispute, g.agreement, g.obligation_id,"        \
  " g.instalment) = (u.dispute, u.agreement, u.obligation_id, u.instalment)), "                   \
  "u.organisation, u.division "                                                                   \
  "FROM dues u JOIN obligations o USING (dispute, agreement, obligation_id) "                     \
  "WHERE u.state = 'OPEN' AND u.due_day IS NOT NULL AND " leading                                 \
  " AND u.division BETWEEN $2::bigint AND $3::bigint"                                             \
  " AND ($4::text = '' OR o.debtor = $4::text)"                                                   \
  " AND u.due_day <= $5::date"                                                                    \
  " AND (u.due_day, u.dispute, u.obligation_id, u.instalment)"                                    \
  " > ($6::date, $7::text, $8::text, $9::int)"                                                    \
  " ORDER BY u.due_day, u.dispute, u.obligation_id, u.instalment LIMIT $10::bigint"
// One text for each index, so that each has its own plan.
constexpr Statement kDueOfDispute{
    "dues_of_dispute",
    MB_DUE("u.dispute = $11::text AND ($1::text = '' OR u.organisation = $1::text)")};
constexpr Statement kDueOfOrganisation{"dues_of_organisation",
                                       MB_DUE("u.organisation = $1 AND $11::text = ''")};
constexpr Statement kDueOfAll{"dues_of_all", MB_DUE("$1::text = '' AND $11::text = ''")};

Urging UrgingOf(const Row& row) {
  Urging urging;
  urging.obligation = {row.Text(0), static_cast<int>(row.Int64(2)), row.Text(3)};
  urging.ordinal = static_cast<int>(row.Int64(1));
  urging.instalment = static_cast<int>(row.Int64(4));
  urging.urge_day = row.Day(5);
  urging.method = row.Text(6);
  urging.mediator = row.Text(7);
  urging.content = row.Text(8);
  urging.reminder = row.Bool(9);
  urging.response = row.Text(10);
  urging.answer = row.Text(11);
  if (!row.IsNull(12)) urging.promised_day = row.Day(12);
  urging.create_time = row.Time(13);
  urging.answer_time = row.OptionalTime(14);
  urging.dispute_revision = row.Int64(15);
  return urging;
}

DueObligation DueObligationOf(const Row& row) {
  DueObligation due;
  due.place = {row.Day(0), row.Text(1), row.Text(2), static_cast<int>(row.Int64(3))};
  due.agreement = static_cast<int>(row.Int64(4));
  due.kind = row.Text(5);
  due.debtor_party_id = row.Text(6);
  due.creditor_party_id = row.Text(7);
  due.amount_fen = row.Int64(8);
  due.performed_fen = row.Int64(9);
  due.urging_count = static_cast<int>(row.Int64(10));
  if (!row.IsNull(11)) due.last_urge_day = row.Day(11);
  due.organisation = row.Text(12);
  due.division = static_cast<std::uint64_t>(row.Int64(13));
  return due;
}

}  // namespace

std::string Urging::name() const {
  return absl::StrCat("disputes/", obligation.dispute, "/urgings/", ordinal);
}

Task<absl::Status> InsertUrging(postgres::Transaction& transaction, const Urging& urging,
                                const std::string& principal) {
  const std::string answered_by = urging.answer_time ? principal : "";
  const ObligationKey& key = urging.obligation;
  auto inserted = co_await transaction.Execute(
      kInsert, key.dispute, urging.ordinal, key.agreement, key.obligation_id, urging.instalment,
      urging.urge_day, urging.method, urging.mediator, urging.content, urging.reminder,
      urging.response, urging.answer, urging.promised_day, urging.create_time, urging.answer_time,
      urging.dispute_revision, principal, answered_by);
  co_return inserted.status();
}

Task<absl::Status> UpdateUrgingAnswer(postgres::Transaction& transaction, const Urging& urging,
                                      const std::string& principal) {
  auto updated = co_await transaction.Execute(
      kAnswer, urging.obligation.dispute, urging.ordinal, urging.response, urging.answer,
      urging.promised_day, urging.answer_time, principal, urging.dispute_revision);
  co_return updated.status();
}

Task<absl::StatusOr<Urging>> ReadUrging(postgres::Transaction& transaction,
                                        const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kRead, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/urgings/", ordinal));
  }
  co_return UrgingOf((*rows)[0]);
}

Task<absl::StatusOr<std::vector<Urging>>> ListUrgings(postgres::Database& database,
                                                      absl::Time deadline,
                                                      const std::string& dispute, int after,
                                                      int limit) {
  auto rows = co_await database.Query(deadline, kList, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Urging> urgings;
  for (int i = 0; i < rows->size(); ++i) urgings.push_back(UrgingOf((*rows)[i]));
  co_return urgings;
}

Task<absl::StatusOr<std::vector<ReportedBreach>>> ListBreaches(postgres::Database& database,
                                                               absl::Time deadline,
                                                               const std::string& dispute,
                                                               int after, int limit) {
  auto rows = co_await database.Query(deadline, kListBreaches, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<ReportedBreach> breaches;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    ReportedBreach breach;
    breach.obligation = {row.Text(0), static_cast<int>(row.Int64(2)), row.Text(3)};
    breach.ordinal = static_cast<int>(row.Int64(1));
    breach.instalment = static_cast<int>(row.Int64(4));
    breach.explanation = row.Text(5);
    breach.report_time = row.Time(6);
    breaches.push_back(std::move(breach));
  }
  co_return breaches;
}

Task<absl::StatusOr<std::vector<DueObligation>>> ListDueObligations(
    postgres::Database& database, absl::Time deadline, const DueObligationFilter& filter) {
  const Statement* statement = &kDueOfAll;
  if (!filter.organisation.empty()) statement = &kDueOfOrganisation;
  if (!filter.dispute.empty()) statement = &kDueOfDispute;
  auto rows = co_await database.Query(
      deadline, *statement, filter.organisation, filter.division_first, filter.division_last,
      filter.debtor_party_id, filter.last_day, filter.after.due_day, filter.after.dispute,
      filter.after.obligation_id, filter.after.instalment, filter.limit, filter.dispute);
  if (!rows.ok()) co_return rows.status();
  std::vector<DueObligation> dues;
  for (int i = 0; i < rows->size(); ++i) dues.push_back(DueObligationOf((*rows)[i]));
  co_return dues;
}

}  // namespace maplebridge::registry
