// All SQL on funds and their ledger.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "common/postgres/database.h"
#include "services/roster/domain/ledger.h"

namespace maplebridge::roster {

struct Fund {
  std::string id;
  std::string display_name;
  std::string kind;  // "CASE_SUBSIDY", …
  std::uint64_t division = 0;
  absl::Time create_time;
  absl::Time update_time;
  std::int64_t revision = 0;
  std::string name() const { return "funds/" + id; }
};

Task<absl::Status> InsertFund(postgres::Transaction& transaction, const Fund& fund);
// The row stays locked until the transaction ends: writers of one fund go one by one. NOT_FOUND.
Task<absl::StatusOr<Fund>> LockFund(postgres::Transaction& transaction, const std::string& id);
// The balances of a year, whose accounts are opened when they are not there. The fund is locked.
Task<absl::StatusOr<Balances>> OpenYear(postgres::Transaction& transaction, const std::string& fund,
                                        int year);

struct LedgerTransaction {
  std::string fund;
  std::int64_t revision = 0;
  Movement movement = Movement::kBudget;
  int year = 0;
  std::int64_t amount = 0;
  std::string subject;
  std::string actor;
  std::string trace_id;
  absl::Time post_time;
};
// Stores the movement with its two entries, and the fund's revision and time.
Task<absl::Status> PostLedgerTransaction(postgres::Transaction& transaction,
                                         const LedgerTransaction& posted);

struct FundCommitment {
  std::string fund;
  std::string id;
  int year = 0;
  std::string purpose;
  std::string payee;
  std::int64_t amount = 0;
  absl::Time create_time;
};
Task<absl::Status> InsertCommitment(postgres::Transaction& transaction,
                                    const FundCommitment& commitment);

struct FundPayment {
  std::string fund;
  std::string id;
  std::string commitment;
  std::int64_t amount = 0;
  std::string voucher;
  std::string actor;
  absl::Time create_time;
};
// Stores the payment and takes it off its commitment. ALREADY_EXISTS when the voucher was booked
// before, FAILED_PRECONDITION when the commitment has less left.
Task<absl::Status> InsertPayment(postgres::Transaction& transaction, const FundPayment& payment);

}  // namespace maplebridge::roster
