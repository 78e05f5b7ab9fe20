#include "services/registry/store/signing_key_store.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

// $1 id, $2 PEM, $3 time.
constexpr Statement kKeep{"signing_key_keep", R"(
  INSERT INTO signing_keys (key_id, public_key, create_time) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING)"};
// $1 id.
constexpr Statement kFind{"signing_key_find", R"(
  SELECT key_id, public_key, create_time FROM signing_keys WHERE key_id = $1)"};
// $1 and $2 the last one seen, $3 limit.
constexpr Statement kList{"signing_keys_list", R"(
  SELECT key_id, public_key, create_time FROM signing_keys
  WHERE (create_time, key_id) > ($1::timestamptz, $2::text)
  ORDER BY create_time, key_id
  LIMIT $3)"};

SigningKey SigningKeyOf(const Row& row) {
  SigningKey key;
  key.key_id = row.Text(0);
  key.public_key = row.Text(1);
  key.create_time = row.Time(2);
  return key;
}

}  // namespace

Task<absl::Status> KeepSigningKey(postgres::Transaction& transaction, const SigningKey& key) {
  auto kept = co_await transaction.Execute(kKeep, key.key_id, key.public_key, key.create_time);
  co_return kept.status();
}

Task<absl::StatusOr<std::optional<SigningKey>>> FindSigningKey(postgres::Database& database,
                                                               absl::Time deadline,
                                                               const std::string& key_id) {
  auto rows = co_await database.Query(deadline, kFind, key_id);
  if (!rows.ok()) co_return rows.status();
  std::optional<SigningKey> found;
  if (!rows->empty()) found = SigningKeyOf((*rows)[0]);
  co_return found;
}

Task<absl::StatusOr<std::vector<SigningKey>>> ListSigningKeys(postgres::Database& database,
                                                              absl::Time deadline,
                                                              absl::Time after_time,
                                                              const std::string& after_id,
                                                              int limit) {
  auto rows = co_await database.Query(deadline, kList, after_time, after_id, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<SigningKey> keys;
  for (int i = 0; i < rows->size(); ++i) keys.push_back(SigningKeyOf((*rows)[i]));
  co_return keys;
}

}  // namespace maplebridge::registry
