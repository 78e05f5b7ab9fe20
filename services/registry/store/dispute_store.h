// All SQL on disputes, but for the set-based creation in report_batch.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/store/dispute_filter.h"
#include "services/registry/store/party_store.h"

namespace maplebridge::registry {

// One answer for each number, in order; unset where there is no such dispute. One round trip.
Task<absl::StatusOr<std::vector<std::optional<Dispute>>>> ReadDisputes(
    postgres::Database& database, absl::Time deadline, const StoreKeys& keys,
    const std::vector<std::string>& numbers);

// Reads with the row locked until the transaction ends. NOT_FOUND when there is none.
Task<absl::StatusOr<Dispute>> LockDispute(postgres::Transaction& transaction, const StoreKeys& keys,
                                          const std::string& number);
// Reads inside a transaction without locking.
Task<absl::StatusOr<Dispute>> ReadDispute(postgres::Transaction& transaction, const StoreKeys& keys,
                                          const std::string& number);
// Number of the dispute born of a referral; empty when there is none.
Task<absl::StatusOr<std::string>> FindByReferral(postgres::Transaction& transaction,
                                                 const std::string& referral);

// Stores what a step may change; the row is locked by LockDispute. Sent with the transaction's next
// round trip, which answers its errors.
Task<absl::Status> UpdateDispute(postgres::Transaction& transaction, const Dispute& dispute);

// What a list is made of. Codes of division are ranges of numbers: [first, last].
struct DisputeFilter {
  std::string referral;
  std::string organisation;
  std::string court;
  std::string state;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  // Leading digits, at most 6: numbers begin with their county.
  std::string county_prefix;
  // Go on after this number.
  std::string after;
  int limit = 50;
  // What the caller asked for beside; only of ListFilteredDisputes.
  std::optional<Filter> condition;
  DisputeOrder order;
  // Of the row with the number `after`; unset where it has no value.
  std::optional<std::string> after_value;
};
// By number, without parties.
Task<absl::StatusOr<std::vector<Dispute>>> ListDisputes(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const DisputeFilter& filter);
// By the filter's condition and order, without parties. INVALID_ARGUMENT as ConditionOf.
Task<absl::StatusOr<std::vector<Dispute>>> ListFilteredDisputes(postgres::Database& database,
                                                                absl::Time deadline,
                                                                const DisputeFilter& filter);
// What a dispute is ordered by, as PostgreSQL reads it; unset where it has no value.
std::optional<std::string> OrderValue(const DisputeOrder& order, const Dispute& dispute);

// What a list of due disputes is made of, beside the organisation, court and place of `filter`.
struct DueFilter {
  DisputeFilter filter;
  // Clocks that end by this moment, and those that have run out; only these when unset.
  std::optional<absl::Time> before;
  // States that count.
  std::vector<std::string> states;
  // Go on after this end and, at the same end, this number.
  absl::Time after_time;
  std::string after_number;
};
// By the end of the clock, without parties.
Task<absl::StatusOr<std::vector<Dispute>>> ListDueDisputes(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const DueFilter& due);
// Keeps an event of another service that the workflow did not allow.
Task<absl::Status> RecordFeedRefusal(postgres::Transaction& transaction, const std::string& source,
                                     std::int64_t position, const std::string& resource,
                                     const std::string& event, const std::string& why,
                                     absl::Time now);

}  // namespace maplebridge::registry
