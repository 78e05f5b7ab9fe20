#include "services/gateway/identity/gatekeeper.h"

#include <absl/strings/str_cat.h>

#include "maplebridge/options/v1/access.pb.h"
#include "services/gateway/errors/reasons.h"

namespace maplebridge::gateway {

namespace {

// Bounds of the caches; a full one is emptied, which costs one verification each.
constexpr size_t kMostTokens = 4096;
constexpr size_t kMostContexts = 8192;
constexpr size_t kMostAnonymous = 4096;
// A context is signed anew after this long, well before it expires.
constexpr absl::Duration kContextReuse = absl::Seconds(10);

Refusal RoleNotAllowed(const Caller& caller, const Method& method) {
  return MakeRefusal(grpc::StatusCode::PERMISSION_DENIED, reason::kRoleNotAllowed,
                     absl::StrCat(caller.principal, " holds no role that may call ", method.path),
                     {{"method", method.path}, {"principal", caller.principal}});
}

Refusal IdentityMissing(const Method& method) {
  return MakeRefusal(grpc::StatusCode::UNAUTHENTICATED, reason::kIdentityMissing,
                     absl::StrCat(method.path,
                                  " needs an identity: a registered client certificate or "
                                  "`authorization: Bearer <token>`"),
                     {{"method", method.path}});
}

bool IsBearer(std::string_view authorization) {
  return authorization.size() > 7 &&
         (authorization.substr(0, 7) == "Bearer " || authorization.substr(0, 7) == "bearer ");
}

}  // namespace

Gatekeeper::Gatekeeper(std::shared_ptr<const CallerDirectory> directory, TokenVerifier verifier,
                       std::shared_ptr<const ContextSigner> signer, RateLimiter& limiter)
    : directory_(std::move(directory)),
      verifier_(std::move(verifier)),
      signer_(std::move(signer)),
      limiter_(limiter) {}

void Gatekeeper::UseDirectory(std::shared_ptr<const CallerDirectory> directory) {
  directory_ = std::move(directory);
  tokens_.clear();
  contexts_.clear();
}

std::variant<Admission, Refusal> Gatekeeper::Admit(const Method& method,
                                                   const Credentials& credentials, absl::Time now) {
  auto identified = Identify(credentials, now);
  if (auto* refusal = std::get_if<Refusal>(&identified)) return std::move(*refusal);
  CallerPointer caller = std::get<CallerPointer>(std::move(identified));
  if (!method.is_public() && (caller->roles & method.allowed_roles) == 0) {
    const bool is_anonymous = caller->roles == RoleBit(options::v1::ROLE_PUBLIC);
    return is_anonymous ? IdentityMissing(method) : RoleNotAllowed(*caller, method);
  }
  absl::Duration retry_after;
  if (!caller->bucket->Take(absl::ToUnixNanos(now), &retry_after)) {
    return MakeRefusal(grpc::StatusCode::RESOURCE_EXHAUSTED, reason::kRateLimited,
                       absl::StrCat(caller->principal, " calls more often than it may"),
                       {{"principal", caller->principal}}, retry_after);
  }
  Admission admission;
  if (!method.is_local()) admission.context = ContextFor(caller, method, now);
  admission.caller = std::move(caller);
  return admission;
}

std::variant<CallerPointer, Refusal> Gatekeeper::Identify(const Credentials& credentials,
                                                          absl::Time now) {
  // A token says more than a certificate (a person behind a system), so it comes first.
  if (!credentials.authorization.empty()) {
    if (!IsBearer(credentials.authorization)) {
      return MakeRefusal(grpc::StatusCode::UNAUTHENTICATED, reason::kTokenInvalid,
                         "authorization must be `Bearer <token>`");
    }
    return IdentifyByToken(credentials.authorization.substr(7), now);
  }
  if (!credentials.certificate_uri.empty()) {
    CallerPointer caller = directory_->Find(credentials.certificate_uri);
    if (caller != nullptr) return caller;
    const std::string uri(credentials.certificate_uri);
    return MakeRefusal(grpc::StatusCode::UNAUTHENTICATED, reason::kCallerUnknown,
                       absl::StrCat("no caller is registered for the certificate ", uri),
                       {{"certificate_uri", uri}});
  }
  return Anonymous(credentials.peer_address);
}

std::variant<CallerPointer, Refusal> Gatekeeper::IdentifyByToken(std::string_view token,
                                                                 absl::Time now) {
  const auto cached = tokens_.find(absl::string_view(token.data(), token.size()));
  if (cached != tokens_.end()) {
    if (now < cached->second.expire_time) return cached->second.caller;
    tokens_.erase(cached);
  }
  absl::StatusOr<VerifiedToken> verified = verifier_.Verify(std::string(token), now);
  if (!verified.ok()) {
    return MakeRefusal(grpc::StatusCode::UNAUTHENTICATED, reason::kTokenInvalid,
                       std::string(verified.status().message()));
  }
  verified->caller.bucket = limiter_.BucketFor(verified->caller.principal);
  auto caller = std::make_shared<const Caller>(std::move(verified->caller));
  if (tokens_.size() >= kMostTokens) tokens_.clear();
  tokens_[std::string(token)] = {caller, verified->expire_time};
  return caller;
}

CallerPointer Gatekeeper::Anonymous(std::string_view peer_address) {
  const auto cached = anonymous_.find(absl::string_view(peer_address.data(), peer_address.size()));
  if (cached != anonymous_.end()) return cached->second;
  Caller caller;
  caller.principal = "callers/public";
  caller.roles = RoleBit(options::v1::ROLE_PUBLIC);
  caller.bucket = limiter_.BucketFor("address " + std::string(peer_address));
  if (anonymous_.size() >= kMostAnonymous) anonymous_.clear();
  return anonymous_[std::string(peer_address)] = std::make_shared<const Caller>(std::move(caller));
}

std::string_view Gatekeeper::ContextFor(const CallerPointer& caller, const Method& method,
                                        absl::Time now) {
  if (contexts_.size() >= kMostContexts) contexts_.clear();
  CachedContext& cached = contexts_[{caller.get(), &method}];
  if (cached.caller == nullptr || now >= cached.sign_again) {
    cached.caller = caller;
    cached.value = signer_->Sign(*caller, method, now);
    cached.sign_again = now + kContextReuse;
  }
  return cached.value;
}

}  // namespace maplebridge::gateway
