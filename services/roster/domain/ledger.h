// Money of a fund: which movements there are, between which accounts, and when one is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace maplebridge::roster {

// The most that one amount and one account hold: 10^15 fen.
inline constexpr std::int64_t kMostFen = 1'000'000'000'000'000;

enum class Account : std::uint8_t { kSource, kAvailable, kCommitted, kPaid };
inline constexpr Account kAccounts[] = {Account::kSource, Account::kAvailable, Account::kCommitted,
                                        Account::kPaid};
std::string_view Word(Account account);

enum class Movement : std::uint8_t {
  kBudget,     // the year is given money
  kBudgetCut,  // and some is taken back
  kCommit,
  kRelease,  // what was promised is free again
  kPay,
  kCarryOver,  // what is free at the year's end goes to the next
};
std::string_view Word(Movement movement);

struct MovementRule {
  Movement movement;
  std::string_view word;
  // The event in the feed.
  std::string_view event;
  Account from;
  Account to;
};
std::span<const MovementRule> MovementRules();
const MovementRule& RuleOf(Movement movement);

// What the accounts of one year hold.
struct Balances {
  std::int64_t source = 0;
  std::int64_t available = 0;
  std::int64_t committed = 0;
  std::int64_t paid = 0;
  // How far `available` may go below zero: 0 or less, by a named approval.
  std::int64_t floor = 0;

  std::int64_t of(Account account) const;
};

// Empty, or why the movement of `amount` from these balances is refused.
std::string CheckMovement(const Balances& balances, Movement movement, std::int64_t amount);

// Growth against the year before, in hundredths of a per cent, rounded half away from zero; none
// when there was nothing before.
std::optional<std::int64_t> GrowthBasisPoints(std::int64_t this_year, std::int64_t last_year);

}  // namespace maplebridge::roster
