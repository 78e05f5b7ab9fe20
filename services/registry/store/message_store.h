// All SQL on messages to telephones. Telephone and text are sealed, and destroyed at the end.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "services/registry/store/party_store.h"

namespace maplebridge::registry {

struct OutgoingMessage {
  std::string id;
  std::string kind;
  std::uint64_t division = 0;
  std::string dispute;  // number
  std::string party_id;
  std::string telephone;
  std::string text;
  absl::Time create_time;
  absl::Time expire_time;

  std::string name() const { return "messages/" + id; }
};

Task<absl::Status> InsertMessage(postgres::Transaction& transaction, const StoreKeys& keys,
                                 const OutgoingMessage& message);
// Takes the oldest of a place, [first, last], that are not taken, or were taken before `lease`.
Task<absl::StatusOr<std::vector<OutgoingMessage>>> ClaimMessages(
    postgres::Transaction& transaction, const StoreKeys& keys, std::uint64_t division_first,
    std::uint64_t division_last, absl::Time lease, absl::Time now, const std::string& principal,
    int limit);
// `outcome`: "DELIVERED" or "FAILED". NOT_FOUND unless this principal took it last; nothing changes
// when it has ended already.
Task<absl::Status> EndMessage(postgres::Transaction& transaction, const std::string& id,
                              const std::string& principal, const std::string& outcome,
                              const std::string& explanation, absl::Time now);
// Destroys what came too late. How many.
Task<absl::StatusOr<std::int64_t>> ExpireMessages(postgres::Database& database, absl::Time deadline,
                                                  absl::Time now);

}  // namespace maplebridge::registry
