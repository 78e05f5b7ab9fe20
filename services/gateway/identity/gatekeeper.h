// Decides about a call before a byte of its body is read: who is it, may it call this method, is
// it within its rate; and if so, under which signed context it goes on. One for each loop.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "services/gateway/errors/refusal.h"
#include "services/gateway/identity/caller.h"
#include "services/gateway/identity/caller_directory.h"
#include "services/gateway/identity/context_signer.h"
#include "services/gateway/identity/token_verifier.h"

namespace maplebridge::gateway {

// What a call shows of itself.
struct Credentials {
  // Value of the header `authorization`; empty when there is none.
  std::string_view authorization;
  // URI of a verified client certificate; empty when there is none.
  std::string_view certificate_uri;
  // Address of the peer without port: the rate of callers without identity is counted by it.
  std::string_view peer_address;
};

struct Admission {
  CallerPointer caller;
  // Value for `maplebridge-context`; valid until the next call of Admit.
  std::string_view context;
};

class Gatekeeper {
 public:
  Gatekeeper(std::shared_ptr<const CallerDirectory> directory, TokenVerifier verifier,
             std::shared_ptr<const ContextSigner> signer, RateLimiter& limiter);

  std::variant<Admission, Refusal> Admit(const Method& method, const Credentials& credentials,
                                         absl::Time now);

  bool IsRegistered(std::string_view certificate_uri) const {
    return directory_->Find(certificate_uri) != nullptr;
  }

  // After SIGHUP. Cached tokens are forgotten too.
  void UseDirectory(std::shared_ptr<const CallerDirectory> directory);

 private:
  struct CachedToken {
    CallerPointer caller;
    absl::Time expire_time;
  };
  struct CachedContext {
    CallerPointer caller;  // Keeps the key of the cache from being reused.
    std::string value;
    absl::Time sign_again;
  };

  std::variant<CallerPointer, Refusal> Identify(const Credentials& credentials, absl::Time now);
  std::variant<CallerPointer, Refusal> IdentifyByToken(std::string_view token, absl::Time now);
  CallerPointer Anonymous(std::string_view peer_address);
  std::string_view ContextFor(const CallerPointer& caller, const Method& method, absl::Time now);

  std::shared_ptr<const CallerDirectory> directory_;
  const TokenVerifier verifier_;
  const std::shared_ptr<const ContextSigner> signer_;
  RateLimiter& limiter_;
  absl::flat_hash_map<std::string, CachedToken> tokens_;
  absl::flat_hash_map<std::string, CallerPointer> anonymous_;
  absl::flat_hash_map<std::pair<const Caller*, const Method*>, CachedContext> contexts_;
};

}  // namespace maplebridge::gateway
