// All SQL on the public keys that documents were signed with.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"

namespace maplebridge::registry {

struct SigningKey {
  std::string key_id;
  std::string public_key;  // PEM
  absl::Time create_time;  // when it first signed
};

// Keeps the key with what it signs; nothing to do when it is there.
Task<absl::Status> KeepSigningKey(postgres::Transaction& transaction, const SigningKey& key);
// Unset when there is none.
Task<absl::StatusOr<std::optional<SigningKey>>> FindSigningKey(postgres::Database& database,
                                                               absl::Time deadline,
                                                               const std::string& key_id);
// By first use, then id, beyond the given pair.
Task<absl::StatusOr<std::vector<SigningKey>>> ListSigningKeys(postgres::Database& database,
                                                              absl::Time deadline,
                                                              absl::Time after_time,
                                                              const std::string& after_id,
                                                              int limit);

}  // namespace maplebridge::registry
