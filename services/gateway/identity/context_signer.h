// Makes the value of `maplebridge-context`: who calls, for which method, until when, signed with
// the gateway's Ed25519 key so that a service need not trust the network between them.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/identity/caller.h"

namespace maplebridge::gateway {

class ContextSigner {
 public:
  // How long a signed context is good for: one that leaks is worthless soon after.
  static constexpr absl::Duration kValidity = absl::Seconds(30);

  // `private_key` is the PEM text of an Ed25519 key.
  static absl::StatusOr<std::shared_ptr<const ContextSigner>> Create(std::string_view private_key);

  // base64url(CallerContext) "." base64url(signature over the first part). Safe from any thread.
  std::string Sign(const Caller& caller, const Method& method, absl::Time now) const;

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  explicit ContextSigner(Key key) : key_(std::move(key)) {}

  const Key key_;
};

}  // namespace maplebridge::gateway
