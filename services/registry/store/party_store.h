// All SQL on the parties of disputes and on those who act for them, but for the set-based creation
// in report_batch. Identity numbers and telephones are sealed beside a keyed hash.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "common/sealing/sealing.h"
#include "services/registry/domain/dispute.h"
#include "services/registry/store/step_record.h"

namespace maplebridge::registry {

// Keys for what is sealed at rest.
struct StoreKeys {
  std::shared_ptr<const SealingKeys> sealing;
  std::shared_ptr<const MatchKey> match;
};

// Sealed values and their hashes, of a party or of one who acts for it; unset where there is none.
struct SealedParty {
  std::optional<std::string> identity_sealed, identity_match;
  std::optional<std::string> telephone_sealed, telephone_match;
};
SealedParty SealParty(const StoreKeys& keys, const std::string& number, const Party& party);
SealedParty SealRepresentative(const StoreKeys& keys, const std::string& number,
                               const std::string& party_id, const Representative& representative);

// $1 numbers; rows for AddParties.
extern const postgres::Statement kReadParties;
// Hands the parties to their disputes. DATA_LOSS when a sealed value does not open.
absl::Status AddParties(const StoreKeys& keys, const postgres::Result& rows,
                        const absl::flat_hash_map<std::string, Dispute*>& disputes);

// Fills in the parties of disputes from ListDisputes.
Task<absl::Status> ReadParties(postgres::Database& database, absl::Time deadline,
                               const StoreKeys& keys, std::vector<Dispute>* disputes);

// Fills in the further addresses of a dispute's parties, and who acts for them now.
Task<absl::Status> ReadPartyDetails(postgres::Transaction& transaction, const StoreKeys& keys,
                                    Dispute* dispute);
Task<absl::Status> ReadPartyDetails(postgres::Database& database, absl::Time deadline,
                                    const StoreKeys& keys, Dispute* dispute);

// Adds the last of the dispute's parties with all of its details, and stores the difficulty.
Task<absl::Status> InsertLastParty(postgres::Transaction& transaction, const StoreKeys& keys,
                                   const Dispute& dispute, const StepRecord& step);
// Stores a party whose values were corrected, its further addresses with it; not those who act for
// it.
Task<absl::Status> UpdateParty(postgres::Transaction& transaction, const StoreKeys& keys,
                               const std::string& number, const Party& party);

// ALREADY_EXISTS when the party has, or had, one by this id.
Task<absl::Status> InsertRepresentative(postgres::Transaction& transaction, const StoreKeys& keys,
                                        const StepRecord& step, const std::string& party_id,
                                        int ordinal, const Representative& representative);
// NOT_FOUND unless it acts now.
Task<absl::Status> EndAuthority(postgres::Transaction& transaction, const StepRecord& step,
                                const std::string& party_id, const std::string& representative_id,
                                const std::string& reason);
// Keeps that a principal read the identities of the parties in full.
Task<absl::Status> RecordPartyRead(postgres::Database& database, absl::Time deadline,
                                   const std::string& number, const std::string& principal,
                                   absl::Time now, const std::string& trace_id);

}  // namespace maplebridge::registry
