// All SQL on mediators. Identity numbers and telephones are sealed on the way in and opened on the
// way out.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "common/sealing/sealing.h"
#include "services/roster/domain/organisation.h"

namespace maplebridge::roster {

// Keys for what is sealed at rest.
struct StoreKeys {
  std::shared_ptr<const SealingKeys> sealing;
  std::shared_ptr<const MatchKey> match;
};

Task<absl::Status> InsertMediator(postgres::Transaction& transaction, const StoreKeys& keys,
                                  const Mediator& mediator);
// Id of the mediator of the organisation, not ended, who has this identity number; empty for none.
Task<absl::StatusOr<std::string>> FindByIdentity(postgres::Transaction& transaction,
                                                 const StoreKeys& keys,
                                                 const std::string& organisation,
                                                 const std::string& identity_number);
// Id of the organisation's head; empty for none.
Task<absl::StatusOr<std::string>> FindHead(postgres::Transaction& transaction,
                                           const std::string& organisation);
// Who counts for a filing: the active ones.
Task<absl::StatusOr<std::vector<FilingMember>>> ReadActiveMembers(
    postgres::Transaction& transaction, const std::string& organisation);
// Ends all who have not ended; answers them as they are now.
Task<absl::StatusOr<std::vector<Mediator>>> EndMediators(postgres::Transaction& transaction,
                                                         const StoreKeys& keys,
                                                         const std::string& organisation);

// NOT_FOUND when there is none.
Task<absl::StatusOr<Mediator>> ReadMediator(postgres::Database& database, absl::Time deadline,
                                            const StoreKeys& keys, const std::string& organisation,
                                            const std::string& id);
Task<absl::StatusOr<Mediator>> ReadMediator(postgres::Transaction& transaction,
                                            const StoreKeys& keys, const std::string& organisation,
                                            const std::string& id);

struct MediatorFilter {
  std::string organisation;
  // Go on after this id.
  std::string after;
  int limit = 50;
};
// By id.
Task<absl::StatusOr<std::vector<Mediator>>> ListMediators(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const StoreKeys& keys,
                                                          const MediatorFilter& filter);

}  // namespace maplebridge::roster
