#include "services/registry/store/performance_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Result;
using postgres::Row;
using postgres::Statement;

#define MB_PERFORMANCE_COLUMNS                                                                 \
  "dispute, ordinal, agreement, obligation_id, amount_fen, performed_day, method, performer, " \
  "evidence, create_time, reverse_time, reverse_explanation, dispute_revision"

// In the order of the columns without the reversal; $12 principal.
constexpr Statement kInsert{"performance_insert", R"(
  INSERT INTO performances (dispute, ordinal, agreement, obligation_id, amount_fen, performed_day,
                            method, performer, evidence, create_time, dispute_revision, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12))"};
// $1 dispute, $2 after, $3 limit.
constexpr Statement kList{"performances_list", "SELECT " MB_PERFORMANCE_COLUMNS
                                               " FROM performances"
                                               " WHERE dispute = $1 AND ordinal > $2"
                                               " ORDER BY ordinal LIMIT $3"};
// Shares of the same performances, under the agreement of each.
constexpr Statement kListParts{"performance_parts", R"(
  SELECT s.performance, s.instalment, s.amount_fen, s.days_late
  FROM (SELECT dispute, ordinal, agreement FROM performances
        WHERE dispute = $1 AND ordinal > $2
        ORDER BY ordinal LIMIT $3) p
    JOIN performance_shares s
      ON (s.dispute, s.performance, s.agreement) = (p.dispute, p.ordinal, p.agreement)
  ORDER BY s.performance, s.instalment)"};
// $1 dispute, $2 ordinal, $3 time, $4 principal, $5 explanation, $6 revision.
constexpr Statement kReverse{"performance_reverse", R"(
  UPDATE performances
  SET reverse_time = $3, reverse_principal = $4, reverse_explanation = $5, dispute_revision = $6
  WHERE dispute = $1 AND ordinal = $2)"};
// $1 dispute, $2 agreement, $3 obligation, $4 performances, $5 instalments, $6 sums, $7 days late.
constexpr Statement kInsertShares{"shares_insert", R"(
  INSERT INTO performance_shares (dispute, performance, agreement, obligation_id, instalment,
                                  amount_fen, days_late)
  SELECT $1::text, s.performance, $2::int, $3::text, s.instalment, s.amount, s.late
  FROM unnest($4::int[], $5::int[], $6::bigint[], $7::int[])
       AS s (performance, instalment, amount, late))"};
// $1 dispute, $2 agreement, $3 obligation.
constexpr Statement kListShares{"shares_list", R"(
  SELECT s.performance, s.instalment, s.amount_fen, p.performed_day
  FROM performance_shares s
    JOIN performances p ON (p.dispute, p.ordinal) = (s.dispute, s.performance)
  WHERE s.dispute = $1 AND s.agreement = $2 AND s.obligation_id = $3 AND p.reverse_time IS NULL
  ORDER BY s.performance, s.instalment)"};
// $1 dispute, $2 performance, $3 agreement.
constexpr Statement kCounted{"share_obligation", R"(
  SELECT obligation_id FROM performance_shares
  WHERE dispute = $1 AND performance = $2 AND agreement = $3
  LIMIT 1)"};
// $1 dispute, $2 agreement, $3 organisation, $4 division.
constexpr Statement kOpenDues{"dues_open", R"(
  UPDATE dues SET state = 'OPEN', organisation = $3, division = $4
  WHERE dispute = $1 AND agreement = $2 AND state = 'WAITING')"};
// $1 dispute, $2 agreement.
constexpr Statement kEndDues{"dues_end", R"(
  UPDATE dues SET state = 'ENDED'
  WHERE dispute = $1 AND agreement = $2 AND state = 'OPEN')"};
// $1 dispute, $2 agreement, $3 obligation, $4 instalments, $5 performed, $6 days, $7 overdue.
constexpr Statement kUpdateDues{"dues_update", R"(
  UPDATE dues d
  SET performed_fen = u.performed, performed_day = u.day, overdue = u.overdue,
      state = CASE WHEN u.day IS NULL THEN 'OPEN' ELSE 'PERFORMED' END
  FROM unnest($4::int[], $5::bigint[], $6::date[], $7::boolean[])
       AS u (instalment, performed, day, overdue)
  WHERE d.dispute = $1 AND d.agreement = $2 AND d.obligation_id = $3
    AND d.instalment = u.instalment)"};
constexpr Statement kUpdateObligation{"obligation_performed", R"(
  UPDATE obligations SET performed_day = $4
  WHERE dispute = $1 AND agreement = $2 AND obligation_id = $3)"};
// The whole of a dispute's list: there are fewer than this.
constexpr int kAll = 1'000'000;

Performance PerformanceOf(const Row& row) {
  Performance performance;
  performance.obligation.dispute = row.Text(0);
  performance.ordinal = static_cast<int>(row.Int64(1));
  performance.obligation.agreement = static_cast<int>(row.Int64(2));
  performance.obligation.obligation_id = row.Text(3);
  performance.amount_fen = row.Int64(4);
  performance.performed_day = row.Day(5);
  performance.method = row.Text(6);
  performance.performer = row.Text(7);
  performance.evidence = row.Text(8);
  performance.create_time = row.Time(9);
  performance.reverse_time = row.OptionalTime(10);
  performance.reverse_explanation = row.Text(11);
  performance.dispute_revision = row.Int64(12);
  return performance;
}

// Both lists are by performance.
std::vector<Performance> PerformancesOf(const Result& heads, const Result& parts) {
  std::vector<Performance> performances;
  int part = 0;
  for (int i = 0; i < heads.size(); ++i) {
    performances.push_back(PerformanceOf(heads[i]));
    Performance& performance = performances.back();
    for (; part < parts.size() && parts[part].Int64(0) == performance.ordinal; ++part) {
      const Row row = parts[part];
      performance.shares.push_back(
          {static_cast<int>(row.Int64(1)), row.Int64(2), static_cast<int>(row.Int64(3))});
    }
  }
  return performances;
}

std::vector<postgres::Command> ListCommands(const std::string& dispute, int after, int limit) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kList, postgres::Parameters::Of(dispute, after, limit)});
  commands.push_back({&kListParts, postgres::Parameters::Of(dispute, after, limit)});
  return commands;
}

}  // namespace

std::string Performance::name() const {
  return absl::StrCat("disputes/", obligation.dispute, "/performances/", ordinal);
}

Task<absl::Status> InsertPerformance(postgres::Transaction& transaction,
                                     const Performance& performance, const std::string& principal) {
  const ObligationKey& key = performance.obligation;
  auto inserted = co_await transaction.Execute(
      kInsert, key.dispute, performance.ordinal, key.agreement, key.obligation_id,
      performance.amount_fen, performance.performed_day, performance.method, performance.performer,
      performance.evidence, performance.create_time, performance.dispute_revision, principal);
  co_return inserted.status();
}

Task<absl::StatusOr<Performance>> ReadPerformance(postgres::Transaction& transaction,
                                                  const std::string& dispute, int ordinal) {
  auto results = co_await transaction.ExecuteAll(ListCommands(dispute, ordinal - 1, 1));
  if (!results.ok()) co_return results.status();
  std::vector<Performance> found = PerformancesOf((*results)[0], (*results)[1]);
  if (found.empty() || found[0].ordinal != ordinal) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/performances/", ordinal));
  }
  co_return std::move(found[0]);
}

Task<absl::StatusOr<std::vector<Performance>>> ListPerformances(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const std::string& dispute,
                                                                int after, int limit) {
  auto results = co_await database.QueryAll(deadline, ListCommands(dispute, after, limit));
  if (!results.ok()) co_return results.status();
  co_return PerformancesOf((*results)[0], (*results)[1]);
}

Task<absl::StatusOr<std::vector<Performance>>> ListPerformances(postgres::Transaction& transaction,
                                                                const std::string& dispute) {
  auto results = co_await transaction.ExecuteAll(ListCommands(dispute, 0, kAll));
  if (!results.ok()) co_return results.status();
  co_return PerformancesOf((*results)[0], (*results)[1]);
}

Task<absl::Status> UpdateReversal(postgres::Transaction& transaction,
                                  const Performance& performance, const std::string& principal) {
  auto updated = co_await transaction.Execute(
      kReverse, performance.obligation.dispute, performance.ordinal, performance.reverse_time,
      principal, performance.reverse_explanation, performance.dispute_revision);
  co_return updated.status();
}

Task<absl::Status> InsertShares(postgres::Transaction& transaction, const ObligationKey& key,
                                const std::vector<Share>& shares,
                                const std::vector<int>& days_late) {
  if (shares.empty()) co_return absl::OkStatus();
  ArrayParameter performances, instalments, amounts, late;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    performances.Push(std::int64_t{shares[i].performance});
    instalments.Push(std::int64_t{shares[i].instalment});
    amounts.Push(shares[i].amount_fen);
    late.Push(std::int64_t{days_late[i]});
  }
  auto inserted = co_await transaction.Execute(kInsertShares, key.dispute, key.agreement,
                                               key.obligation_id, performances.Take(),
                                               instalments.Take(), amounts.Take(), late.Take());
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<Share>>> ListShares(postgres::Transaction& transaction,
                                                    const ObligationKey& key) {
  auto rows =
      co_await transaction.Execute(kListShares, key.dispute, key.agreement, key.obligation_id);
  if (!rows.ok()) co_return rows.status();
  std::vector<Share> shares;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    shares.push_back(
        {static_cast<int>(row.Int64(0)), static_cast<int>(row.Int64(1)), row.Int64(2), row.Day(3)});
  }
  co_return shares;
}

Task<absl::StatusOr<std::string>> CountedObligation(postgres::Transaction& transaction,
                                                    const std::string& dispute, int performance,
                                                    int agreement) {
  auto rows = co_await transaction.Execute(kCounted, dispute, performance, agreement);
  if (!rows.ok()) co_return rows.status();
  co_return rows->empty() ? std::string() : (*rows)[0].Text(0);
}

Task<absl::Status> OpenDues(postgres::Transaction& transaction, const Dispute& dispute,
                            int agreement) {
  transaction.Later({&kOpenDues, postgres::Parameters::Of(dispute.number, agreement,
                                                          dispute.organisation, dispute.division)});
  co_return absl::OkStatus();
}

Task<absl::Status> EndDues(postgres::Transaction& transaction, const std::string& dispute,
                           int agreement) {
  auto ended = co_await transaction.Execute(kEndDues, dispute, agreement);
  co_return ended.status();
}

Task<absl::Status> UpdateDues(postgres::Transaction& transaction, const ObligationKey& key,
                              const Obligation& obligation) {
  ArrayParameter instalments, performed, days, overdue;
  for (const Due& due : obligation.dues) {
    instalments.Push(std::int64_t{due.instalment});
    performed.Push(due.performed_fen);
    days.PushOptional(due.performed_day);
    overdue.Push(std::string_view(due.overdue ? "t" : "f"));
  }
  std::vector<postgres::Command> commands;
  commands.push_back(
      {&kUpdateDues,
       postgres::Parameters::Of(key.dispute, key.agreement, key.obligation_id, instalments.Take(),
                                performed.Take(), days.Take(), overdue.Take())});
  commands.push_back(
      {&kUpdateObligation, postgres::Parameters::Of(key.dispute, key.agreement, key.obligation_id,
                                                    obligation.performed_day())});
  auto updated = co_await transaction.ExecuteAll(std::move(commands));
  co_return updated.status();
}

}  // namespace maplebridge::registry
