// Signing what the registry makes, and the keys that it was signed with.
#pragma once

#include "maplebridge/registry/v1/document.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

struct SignedContent {
  std::string signature;  // DER
  std::string key_id;
};
// Signs on a worker thread, and keeps the public key with what it signed.
Task<absl::StatusOr<SignedContent>> SignContent(const Registry& registry,
                                                postgres::Transaction& transaction,
                                                const Call& call, const std::string& bytes);

// Nothing for an empty signature.
template <typename Message>
void SetSignature(Message* message, const std::string& signature, const std::string& key_id) {
  if (signature.empty()) return;
  v1::ContentSignature* target = message->mutable_signature();
  target->set_algorithm("SM2-SM3");
  target->set_signing_key("signingKeys/" + key_id);
  target->set_value(signature);
}

// The public key that a signature is checked with, in the answer; nothing for an empty id.
Task<absl::Status> AddSigningKey(const Registry& registry, const Call& call,
                                 const std::string& key_id, v1::VerifyDocumentResponse* response);

Task<absl::StatusOr<v1::ListSigningKeysResponse>> ListSigningKeyPage(
    Registry& registry, Call& call, const v1::ListSigningKeysRequest& request);

}  // namespace maplebridge::registry
