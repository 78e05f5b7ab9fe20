// Bearer tokens: JWT, ES256, issuer and audience "maplebridge". Pure but for the clock that is
// handed in; not safe from several threads (each loop has its own).
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>

#include "services/gateway/identity/caller.h"

namespace maplebridge::gateway {

struct VerifiedToken {
  Caller caller;
  absl::Time expire_time;
};

class TokenVerifier {
 public:
  // `issuer_key` is the PEM text of the issuer's public key. Without one every token is refused.
  explicit TokenVerifier(std::string issuer_key) : issuer_key_(std::move(issuer_key)) {}

  // The error's message says which rule failed and never quotes the token.
  absl::StatusOr<VerifiedToken> Verify(const std::string& token, absl::Time now) const;

 private:
  const std::string issuer_key_;
};

}  // namespace maplebridge::gateway
