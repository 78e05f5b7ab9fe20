// All SQL on the parties of referrals. Identity numbers and telephones are sealed beside a keyed
// hash.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "common/postgres/database.h"
#include "common/sealing/sealing.h"
#include "services/docking/domain/referral.h"

namespace maplebridge::docking {

// Keys for what is sealed at rest.
struct StoreKeys {
  std::shared_ptr<const SealingKeys> sealing;
  std::shared_ptr<const MatchKey> match;
};

// The keyed hash, 32 bytes, that names the account of a party; empty for a party without identity
// number.
std::string PartyAccount(const StoreKeys& keys, const Party& party);

Task<absl::Status> InsertParties(postgres::Transaction& transaction, const StoreKeys& keys,
                                 const Referral& referral);

// $1 ids of referrals. Rows for PartyRow, by referral and order.
extern const postgres::Statement kReadParties;
struct PartyRow {
  std::string referral;
  Party party;
};
// DATA_LOSS when a sealed value does not open.
absl::StatusOr<PartyRow> PartyOf(const StoreKeys& keys, const postgres::Row& row);

// $1 ids of referrals. Rows: referral, party, kind, address.
extern const postgres::Statement kReadAddresses;
// $1 ids of referrals. Rows for RepresentativeRow.
extern const postgres::Statement kReadRepresentatives;
struct RepresentativeRow {
  std::string referral;
  std::string party_id;
  Representative representative;
};
// DATA_LOSS when a sealed value does not open.
absl::StatusOr<RepresentativeRow> RepresentativeOf(const StoreKeys& keys, const postgres::Row& row);

// Keeps that a principal read the identities of the parties in full.
Task<absl::Status> RecordPartyRead(postgres::Database& database, absl::Time deadline,
                                   const std::string& referral, const std::string& principal,
                                   absl::Time now, const std::string& trace_id);

}  // namespace maplebridge::docking
