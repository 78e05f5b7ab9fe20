// Who calls, and what that caller's rights cover.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "maplebridge/options/v1/access.pb.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace maplebridge {

using Role = options::v1::Role;

struct Caller {
  // "callers/…" or "services/…"; empty for a caller without identity.
  std::string principal;
  std::vector<Role> roles;
  // Leading digits of a division code; empty when not bound to a place.
  std::string division;
  // "organisations/…" or empty.
  std::string organisation;
  // "courts/…" or empty.
  std::string court;

  bool Has(Role role) const;
  bool is_service() const { return Has(options::v1::ROLE_SERVICE); }
  // True when one of `roles` may call.
  bool HasAny(const std::vector<Role>& allowed) const;
};

// What a resource belongs to, for checking a caller's scope.
struct ResourceScope {
  std::string division;      // 12 digits
  std::string organisation;  // may be empty
  std::string court;         // may be empty
};

// True when the caller may see the resource by one of its roles: services, auditors and the
// ministry all; a court its own; a mediator, head or centre their organisation's; a bureau its
// place's. A bureau whose place is not set sees nothing.
bool MaySee(const Caller& caller, const ResourceScope& resource);

// SCOPE_NOT_ALLOWED when the caller is no court, or another than `court`; likewise for others.
absl::Status RequireCourt(const Caller& caller, std::string_view court);
absl::Status RequireOrganisation(const Caller& caller, std::string_view organisation);
absl::Status RequirePlace(const Caller& caller, std::string_view division);

// Checks the gateway's signed context (metadata `maplebridge-context`). Any thread.
class ContextVerifier {
 public:
  // `path`: PEM file with the gateway's Ed25519 public key.
  static absl::StatusOr<std::unique_ptr<ContextVerifier>> Load(const std::string& path);
  ~ContextVerifier();
  // CONTEXT_INVALID when the signature, the time, the audience or the method does not fit.
  absl::StatusOr<std::shared_ptr<const Caller>> Verify(const std::string& header,
                                                       std::string_view method,
                                                       absl::Time now) const;

 private:
  explicit ContextVerifier(EVP_PKEY* key);
  EVP_PKEY* key_;
  // Its own in the process: an address may be given again.
  const std::uint64_t id_;
};

}  // namespace maplebridge
