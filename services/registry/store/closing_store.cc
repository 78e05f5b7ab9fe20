#include "services/registry/store/closing_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_FOLLOW_UP_COLUMNS \
  "dispute, ordinal, visit_day, method, " MB_TEXTS("party_ids") ", " \
  "satisfaction, relapsed, notes, create_time, dispute_revision"

constexpr Statement kInsertWithdrawal{"withdrawal_insert", R"(
  INSERT INTO withdrawals (dispute, principal, withdraw_time, party_ids, evidence)
  VALUES ($1, $2, $3, $4::text[], $5))"};
constexpr Statement kInsertExtension{"extension_insert", R"(
  INSERT INTO extensions (dispute, principal, extend_time, dispute_revision, last_day, party_ids,
                          evidence)
  VALUES ($1, $2, $3, $4, $5, $6::text[], $7))"};
constexpr Statement kInsertBreach{"breach_insert", R"(
  INSERT INTO breaches (dispute, principal, report_time, ordinal, agreement, obligation_id,
                        explanation, instalment)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"};
constexpr Statement kInsertEnd{"agreement_end_insert", R"(
  INSERT INTO agreement_ends (dispute, principal, end_time, dispute_revision, evidence,
                              case_number, effective_day)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};
constexpr Statement kInsertFollowUp{"follow_up_insert", R"(
  INSERT INTO follow_ups (dispute, ordinal, visit_day, method, party_ids, satisfaction, relapsed,
                          notes, principal, create_time, dispute_revision)
  VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8, $9, $10, $11))"};
// $1 dispute, $2 after, $3 limit.
constexpr Statement kListFollowUps{"follow_ups_list", "SELECT " MB_FOLLOW_UP_COLUMNS
                                                      " FROM follow_ups"
                                                      " WHERE dispute = $1 AND ordinal > $2"
                                                      " ORDER BY ordinal"
                                                      " LIMIT $3"};
// $1 dispute, $2 ordinal.
constexpr Statement kReadFollowUp{"follow_up_read", "SELECT " MB_FOLLOW_UP_COLUMNS
                                                    " FROM follow_ups"
                                                    " WHERE dispute = $1 AND ordinal = $2"};

FollowUp FollowUpOf(const Row& row) {
  FollowUp follow_up;
  follow_up.dispute = row.Text(0);
  follow_up.ordinal = static_cast<int>(row.Int64(1));
  follow_up.visit_day = row.Day(2);
  follow_up.method = row.Text(3);
  follow_up.party_ids = TextsOf(row.View(4));
  follow_up.satisfaction = static_cast<int>(row.Int64(5));
  follow_up.relapsed = row.Bool(6);
  follow_up.notes = row.Text(7);
  follow_up.create_time = row.Time(8);
  follow_up.dispute_revision = row.Int64(9);
  return follow_up;
}

}  // namespace

Task<absl::Status> InsertWithdrawal(postgres::Transaction& transaction, const StepRecord& step,
                                    const std::vector<std::string>& party_ids,
                                    const std::string& evidence) {
  auto inserted = co_await transaction.Execute(kInsertWithdrawal, step.dispute, step.principal,
                                               step.time, TextArray(party_ids), evidence);
  co_return inserted.status();
}

Task<absl::Status> InsertExtension(postgres::Transaction& transaction, const StepRecord& step,
                                   absl::CivilDay last_day,
                                   const std::vector<std::string>& party_ids,
                                   const std::string& evidence) {
  auto inserted =
      co_await transaction.Execute(kInsertExtension, step.dispute, step.principal, step.time,
                                   step.dispute_revision, last_day, TextArray(party_ids), evidence);
  co_return inserted.status();
}

Task<absl::Status> InsertBreach(postgres::Transaction& transaction, const StepRecord& step,
                                const Breach& breach) {
  auto inserted = co_await transaction.Execute(
      kInsertBreach, step.dispute, step.principal, step.time, breach.ordinal, breach.agreement,
      breach.obligation_id, breach.explanation, breach.instalment);
  co_return inserted.status();
}

Task<absl::Status> InsertAgreementEnd(postgres::Transaction& transaction, const StepRecord& step,
                                      const AgreementEnd& end) {
  auto inserted = co_await transaction.Execute(kInsertEnd, step.dispute, step.principal, step.time,
                                               step.dispute_revision, end.evidence, end.case_number,
                                               end.effective_day);
  co_return inserted.status();
}

Task<absl::Status> InsertFollowUp(postgres::Transaction& transaction, const FollowUp& follow_up,
                                  const std::string& principal) {
  auto inserted = co_await transaction.Execute(
      kInsertFollowUp, follow_up.dispute, follow_up.ordinal, follow_up.visit_day, follow_up.method,
      TextArray(follow_up.party_ids), follow_up.satisfaction, follow_up.relapsed, follow_up.notes,
      principal, follow_up.create_time, follow_up.dispute_revision);
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<FollowUp>>> ListFollowUps(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const std::string& dispute, int after,
                                                          int limit) {
  auto rows = co_await database.Query(deadline, kListFollowUps, dispute, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<FollowUp> follow_ups;
  for (int i = 0; i < rows->size(); ++i) follow_ups.push_back(FollowUpOf((*rows)[i]));
  co_return follow_ups;
}

Task<absl::StatusOr<FollowUp>> ReadFollowUp(postgres::Transaction& transaction,
                                            const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kReadFollowUp, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/followUps/", ordinal));
  }
  co_return FollowUpOf((*rows)[0]);
}

}  // namespace maplebridge::registry
