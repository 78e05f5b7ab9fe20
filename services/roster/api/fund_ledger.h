// The one way in which money of a fund moves.
#pragma once

#include "services/roster/api/roster.h"
#include "services/roster/store/fund_ledger_store.h"

namespace maplebridge::roster {

struct MoneyMove {
  std::string fund;
  Movement movement = Movement::kBudget;
  int year = 0;
  std::int64_t amount = 0;
  // Name of what it is about.
  std::string subject;
};

// Locks the fund, asks the rules, and posts; answers the fund as it is then. GUARD_FAILED when the
// balances do not allow it.
Task<absl::StatusOr<Fund>> MoveMoney(postgres::Transaction& transaction, const Call& call,
                                     MoneyMove move);

}  // namespace maplebridge::roster
