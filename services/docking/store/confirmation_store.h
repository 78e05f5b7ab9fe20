// All SQL on applications for judicial confirmation.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/docking/domain/docking_clock.h"
#include "services/docking/domain/judicial_confirmation.h"

namespace maplebridge::docking {

// Answers false when another application for the referral is under way or granted.
Task<absl::StatusOr<bool>> InsertConfirmation(postgres::Transaction& transaction,
                                              const Confirmation& confirmation);
// Stores what a step may change; the row is locked.
Task<absl::Status> UpdateConfirmation(postgres::Transaction& transaction,
                                      const Confirmation& confirmation);

// Unset when there is none.
Task<absl::StatusOr<std::optional<Confirmation>>> FindConfirmation(postgres::Database& database,
                                                                   absl::Time deadline,
                                                                   const std::string& id);
// Reads inside a transaction without locking. NOT_FOUND when there is none.
Task<absl::StatusOr<Confirmation>> ReadConfirmation(postgres::Transaction& transaction,
                                                    const std::string& id);
// With the row locked until the transaction ends. Lock the referral's row before: every
// transaction takes the two in this order.
Task<absl::StatusOr<Confirmation>> LockConfirmation(postgres::Transaction& transaction,
                                                    const std::string& id);

// What a list is made of; see ReferralFilter.
struct ConfirmationFilter {
  std::string court;
  std::string organisation;
  std::string referral;  // id
  std::string state;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  std::string before;
  int limit = 50;
};
// The newest first.
Task<absl::StatusOr<std::vector<Confirmation>>> ListConfirmations(postgres::Database& database,
                                                                  absl::Time deadline,
                                                                  const ConfirmationFilter& filter);

// The limit for a ruling in force on a day.
Task<absl::StatusOr<RulingLimit>> ReadRulingLimit(postgres::Transaction& transaction,
                                                  absl::CivilDay day);

}  // namespace maplebridge::docking
