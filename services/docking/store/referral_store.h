// All SQL on referrals and what hangs on them, but for the columns of the row (referral_row) and
// the parties (party_store).
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "services/docking/store/party_store.h"

namespace maplebridge::docking {

// Stores a new referral with its parties.
Task<absl::Status> InsertReferral(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const Referral& referral);

// With everything that hangs on it. Unset when there is none.
Task<absl::StatusOr<std::optional<Referral>>> FindReferral(postgres::Database& database,
                                                           absl::Time deadline,
                                                           const StoreKeys& keys,
                                                           const std::string& id);
// Reads inside a transaction without locking. NOT_FOUND when there is none.
Task<absl::StatusOr<Referral>> ReadReferral(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& id);
// Reads with the row locked until the transaction ends. NOT_FOUND when there is none.
Task<absl::StatusOr<Referral>> LockReferral(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& id);

// Each of these is called with the referral's row locked.
Task<absl::Status> InsertConsent(postgres::Transaction& transaction, const std::string& referral,
                                 const Consent& consent, const std::string& principal);
Task<absl::Status> InsertMaterial(postgres::Transaction& transaction, const Material& material);
Task<absl::Status> InsertExtension(postgres::Transaction& transaction, const std::string& referral,
                                   int ordinal, const Extension& extension);
// As the next version.
Task<absl::Status> InsertUndisputedFacts(postgres::Transaction& transaction,
                                         const std::string& referral,
                                         const UndisputedFactsRecord& record);

// What a list is made of. Codes of division are ranges of numbers: [first, last].
struct ReferralFilter {
  std::string court;
  std::string organisation;
  std::string case_number;
  std::string state;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  // Go on before this id; empty from the newest.
  std::string before;
  int limit = 50;
};
// The newest first, with everything that hangs on them.
Task<absl::StatusOr<std::vector<Referral>>> ListReferrals(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const StoreKeys& keys,
                                                          const ReferralFilter& filter);

// Keeps an event of another service that the workflow did not allow.
Task<absl::Status> RecordFeedRefusal(postgres::Transaction& transaction, const std::string& source,
                                     std::int64_t position, const std::string& resource,
                                     const std::string& event, const std::string& why,
                                     absl::Time now);

}  // namespace maplebridge::docking
