#include "services/registry/api/signing.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/server/page_token.h"
#include "services/registry/api/words.h"
#include "services/registry/store/signing_key_store.h"

namespace maplebridge::registry {
namespace {

void FillSigningKey(v1::SigningKey* message, const SigningKey& key) {
  message->set_name("signingKeys/" + key.key_id);
  message->set_public_key(key.public_key);
  SetTime(message->mutable_create_time(), key.create_time);
}

}  // namespace

Task<absl::StatusOr<SignedContent>> SignContent(const Registry& registry,
                                                postgres::Transaction& transaction,
                                                const Call& call, const std::string& bytes) {
  auto sign = [&] { return registry.signer->Sign(bytes); };
  absl::StatusOr<std::string> signature = co_await OnWorker(sign);
  if (!signature.ok()) co_return signature.status();
  SigningKey key;
  key.key_id = registry.signer->key_id();
  key.public_key = registry.signer->public_key();
  key.create_time = call.now();
  absl::Status kept = co_await KeepSigningKey(transaction, key);
  if (!kept.ok()) co_return kept;
  SignedContent content;
  content.signature = *std::move(signature);
  content.key_id = key.key_id;
  co_return content;
}

Task<absl::Status> AddSigningKey(const Registry& registry, const Call& call,
                                 const std::string& key_id, v1::VerifyDocumentResponse* response) {
  if (key_id.empty()) co_return absl::OkStatus();
  auto key = co_await FindSigningKey(registry.database(call), call.deadline(), key_id);
  if (!key.ok()) co_return key.status();
  if (key->has_value()) FillSigningKey(response->mutable_signing_key(), **key);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::ListSigningKeysResponse>> ListSigningKeyPage(
    Registry& registry, Call& call, const v1::ListSigningKeysRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  absl::Time after_time = absl::UnixEpoch();
  std::string after_id;
  std::int64_t micros = 0;
  if (token.size() == 2 && absl::SimpleAtoi(token[0], &micros)) {
    after_time = absl::FromUnixMicros(micros);
    after_id = token[1];
  }
  auto keys = co_await ListSigningKeys(registry.database(call), call.deadline(), after_time,
                                       after_id, size + 1);
  if (!keys.ok()) co_return keys.status();
  v1::ListSigningKeysResponse response;
  if (static_cast<int>(keys->size()) > size) {
    keys->pop_back();
    const SigningKey& last = keys->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request,
                      {absl::StrCat(absl::ToUnixMicros(last.create_time)), last.key_id}));
  }
  for (const SigningKey& key : *keys) FillSigningKey(response.add_signing_keys(), key);
  co_return response;
}

}  // namespace maplebridge::registry
