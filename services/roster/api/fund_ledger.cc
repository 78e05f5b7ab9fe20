#include "services/roster/api/fund_ledger.h"

#include <absl/strings/str_cat.h>

namespace maplebridge::roster {

Task<absl::StatusOr<Fund>> MoveMoney(postgres::Transaction& transaction, const Call& call,
                                     MoneyMove move) {
  auto fund = co_await LockFund(transaction, move.fund);
  if (!fund.ok()) co_return fund.status();
  auto balances = co_await OpenYear(transaction, move.fund, move.year);
  if (!balances.ok()) co_return balances.status();
  if (move.movement == Movement::kCarryOver) {
    auto next = co_await OpenYear(transaction, move.fund, move.year + 1);
    if (!next.ok()) co_return next.status();
  }
  const std::string refused = CheckMovement(*balances, move.movement, move.amount);
  if (!refused.empty()) {
    co_return PreconditionError(reason::kGuardFailed,
                                absl::StrCat(fund->name(), "/years/", move.year), refused);
  }
  ++fund->revision;
  fund->update_time = StoredNow(call);
  LedgerTransaction posted;
  posted.fund = move.fund;
  posted.revision = fund->revision;
  posted.movement = move.movement;
  posted.year = move.year;
  posted.amount = move.amount;
  posted.subject = move.subject;
  posted.actor = call.caller().principal;
  posted.trace_id = call.trace_id();
  posted.post_time = fund->update_time;
  absl::Status done = co_await PostLedgerTransaction(transaction, posted);
  if (!done.ok()) co_return done;
  co_return fund;
}

}  // namespace maplebridge::roster
