#include "services/roster/domain/ledger.h"

#include "common/money/fen.h"

namespace maplebridge::roster {
namespace {

constexpr std::string_view kAccountWords[] = {"SOURCE", "AVAILABLE", "COMMITTED", "PAID"};

// In the order of the enumeration. A carry-over goes between years within one account.
constexpr MovementRule kRules[] = {
    {Movement::kBudget, "BUDGET", "AddBudget", Account::kSource, Account::kAvailable},
    {Movement::kBudgetCut, "BUDGET_CUT", "CutBudget", Account::kAvailable, Account::kSource},
    {Movement::kCommit, "COMMIT", "Commit", Account::kAvailable, Account::kCommitted},
    {Movement::kRelease, "RELEASE", "Release", Account::kCommitted, Account::kAvailable},
    {Movement::kPay, "PAY", "Pay", Account::kCommitted, Account::kPaid},
    {Movement::kCarryOver, "CARRY_OVER", "CarryOver", Account::kAvailable, Account::kAvailable},
};

}  // namespace

std::string_view Word(Account account) { return kAccountWords[static_cast<int>(account)]; }
std::string_view Word(Movement movement) { return RuleOf(movement).word; }

std::span<const MovementRule> MovementRules() { return kRules; }
const MovementRule& RuleOf(Movement movement) { return kRules[static_cast<int>(movement)]; }

std::int64_t Balances::of(Account account) const {
  const std::int64_t amounts[] = {source, available, committed, paid};
  return amounts[static_cast<int>(account)];
}

std::string CheckMovement(const Balances& balances, Movement movement, std::int64_t amount) {
  if (amount < 1 || amount > kMostFen) return "must be 1 to 1000000000000000 fen";
  const MovementRule& rule = RuleOf(movement);
  if (rule.from == Account::kSource) {
    return balances.source - amount < -kMostFen || balances.available + amount > kMostFen
               ? "a year of a fund holds at most 1000000000000000 fen"
               : "";
  }
  // Only a promise may use what an overdraft allows; nothing that is not there is carried over or
  // taken back.
  const std::int64_t floor = movement == Movement::kCommit ? balances.floor : 0;
  const std::int64_t left = balances.of(rule.from) - amount;
  if (left >= floor) return "";
  return std::string(Word(rule.from)) + " holds " + std::to_string(balances.of(rule.from)) +
         " fen and may go down to " + std::to_string(floor) + ", not to " + std::to_string(left);
}

std::optional<std::int64_t> GrowthBasisPoints(std::int64_t this_year, std::int64_t last_year) {
  constexpr std::int64_t kWhole = 10'000;
  if (last_year <= 0) return std::nullopt;
  auto points = money::Scale(money::Fen(this_year - last_year), kWhole, last_year);
  if (!points.ok()) return std::nullopt;
  return points->amount();
}

}  // namespace maplebridge::roster
