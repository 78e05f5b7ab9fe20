#include "services/roster/store/fund_ledger_store.h"

#include "common/status/error.h"

namespace maplebridge::roster {
namespace {

using postgres::Statement;

// In the order of the columns.
constexpr Statement kInsertFund{"fund_insert", R"(
  INSERT INTO funds (id, display_name, kind, division, create_time, update_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};
// $1 fund.
constexpr Statement kLockFund{"fund_lock", R"(
  SELECT id, display_name, kind, division, create_time, update_time, revision
  FROM funds
  WHERE id = $1
  FOR UPDATE)"};
// $1 fund, $2 year.
constexpr Statement kOpenYear{"fund_open_year", R"(
  INSERT INTO fund_accounts (fund, year, account)
  SELECT $1, $2::integer, unnest(ARRAY['SOURCE', 'AVAILABLE', 'COMMITTED', 'PAID'])
  ON CONFLICT DO NOTHING)"};
constexpr Statement kBalances{"fund_balances", R"(
  SELECT account, balance_fen, floor_fen
  FROM fund_accounts
  WHERE fund = $1 AND year = $2::integer)"};
// $1 fund, $2 revision, $3 movement, $4 subject, $5 actor, $6 time, $7 trace.
constexpr Statement kPost{"ledger_post", R"(
  INSERT INTO ledger_transactions (fund, revision, movement, subject, actor, post_time, trace_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};
// $1 fund, $2 revision, $3 year it goes from, $4 account, $5 year it goes to, $6 account, $7
// amount.
constexpr Statement kEntries{"ledger_entries", R"(
  INSERT INTO ledger_entries (fund, revision, ordinal, year, account, amount_fen)
  VALUES ($1, $2, 1, $3::integer, $4, -$7::bigint), ($1, $2, 2, $5::integer, $6, $7::bigint))"};
// $1 fund, $2 revision, $3 time.
constexpr Statement kRaise{"fund_raise",
                           "UPDATE funds SET revision = $2, update_time = $3 WHERE id = $1"};
// $1 fund, $2 id, $3 year, $4 purpose, $5 payee, $6 amount, $7 time.
constexpr Statement kCommit{"fund_commitment_insert", R"(
  INSERT INTO fund_commitments (fund, id, year, purpose, payee, amount_fen, create_time, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 1))"};
// $1 fund, $2 commitment, $3 amount.
constexpr Statement kTakeOff{"fund_commitment_pay", R"(
  UPDATE fund_commitments
  SET paid_fen = paid_fen + $3::bigint, revision = revision + 1
  WHERE fund = $1 AND id = $2 AND amount_fen - paid_fen - released_fen >= $3::bigint)"};
// In the order of the columns.
constexpr Statement kPay{"fund_payment_insert", R"(
  INSERT INTO fund_payments (fund, id, commitment, amount_fen, voucher, actor, create_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};

}  // namespace

Task<absl::Status> InsertFund(postgres::Transaction& transaction, const Fund& fund) {
  auto done = co_await transaction.Execute(kInsertFund, fund.id, fund.display_name, fund.kind,
                                           fund.division, fund.create_time, fund.update_time,
                                           fund.revision);
  co_return done.status();
}

Task<absl::StatusOr<Fund>> LockFund(postgres::Transaction& transaction, const std::string& id) {
  auto rows = co_await transaction.Execute(kLockFund, id);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return NotFoundError("funds/" + id);
  const postgres::Row row = (*rows)[0];
  Fund fund;
  fund.id = row.Text(0);
  fund.display_name = row.Text(1);
  fund.kind = row.Text(2);
  fund.division = static_cast<std::uint64_t>(row.Int64(3));
  fund.create_time = row.Time(4);
  fund.update_time = row.Time(5);
  fund.revision = row.Int64(6);
  co_return fund;
}

Task<absl::StatusOr<Balances>> OpenYear(postgres::Transaction& transaction, const std::string& fund,
                                        int year) {
  auto rows = co_await transaction.Execute(kOpenYear, fund, year);
  if (!rows.ok()) co_return rows.status();
  rows = co_await transaction.Execute(kBalances, fund, year);
  if (!rows.ok()) co_return rows.status();
  Balances balances;
  for (int i = 0; i < rows->size(); ++i) {
    const postgres::Row row = (*rows)[i];
    if (row.View(0) == Word(Account::kSource)) balances.source = row.Int64(1);
    if (row.View(0) == Word(Account::kCommitted)) balances.committed = row.Int64(1);
    if (row.View(0) == Word(Account::kPaid)) balances.paid = row.Int64(1);
    if (row.View(0) != Word(Account::kAvailable)) continue;
    balances.available = row.Int64(1);
    balances.floor = row.Int64(2);
  }
  co_return balances;
}

Task<absl::Status> PostLedgerTransaction(postgres::Transaction& transaction,
                                         const LedgerTransaction& posted) {
  const MovementRule& rule = RuleOf(posted.movement);
  auto done =
      co_await transaction.Execute(kPost, posted.fund, posted.revision, rule.word, posted.subject,
                                   posted.actor, posted.post_time, posted.trace_id);
  if (!done.ok()) co_return done.status();
  const int to_year = posted.movement == Movement::kCarryOver ? posted.year + 1 : posted.year;
  done = co_await transaction.Execute(kEntries, posted.fund, posted.revision, posted.year,
                                      Word(rule.from), to_year, Word(rule.to), posted.amount);
  if (!done.ok()) co_return done.status();
  done = co_await transaction.Execute(kRaise, posted.fund, posted.revision, posted.post_time);
  co_return done.status();
}

Task<absl::Status> InsertCommitment(postgres::Transaction& transaction,
                                    const FundCommitment& commitment) {
  auto done = co_await transaction.Execute(kCommit, commitment.fund, commitment.id, commitment.year,
                                           commitment.purpose, commitment.payee, commitment.amount,
                                           commitment.create_time);
  co_return done.status();
}

Task<absl::Status> InsertPayment(postgres::Transaction& transaction, const FundPayment& payment) {
  auto done = co_await transaction.Execute(kPay, payment.fund, payment.id, payment.commitment,
                                           payment.amount, payment.voucher, payment.actor,
                                           payment.create_time);
  if (!done.ok()) co_return done.status();
  done = co_await transaction.Execute(kTakeOff, payment.fund, payment.commitment, payment.amount);
  if (!done.ok()) co_return done.status();
  if (done->affected() == 1) co_return absl::OkStatus();
  co_return PreconditionError(reason::kGuardFailed,
                              "funds/" + payment.fund + "/commitments/" + payment.commitment,
                              "has less left than is to be paid");
}

}  // namespace maplebridge::roster
