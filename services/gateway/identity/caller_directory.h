// The registered callers of callers.json, found by the URI in their client certificate. One value
// never changes; a reload makes a new one.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/identity/caller.h"
#include "services/gateway/limits/rate_limiter.h"

namespace maplebridge::gateway {

class CallerDirectory {
 public:
  // An unknown role, a missing principal or a certificate named twice fails the whole file: a
  // half-read list of rights is worse than the one before it.
  static absl::StatusOr<std::shared_ptr<const CallerDirectory>> Load(const std::string& path,
                                                                     RateLimiter& limiter);
  static absl::StatusOr<std::shared_ptr<const CallerDirectory>> Parse(const std::string& json,
                                                                      RateLimiter& limiter);

  // Null when no caller has this URI.
  CallerPointer Find(std::string_view certificate_uri) const;
  size_t size() const { return callers_.size(); }

 private:
  absl::flat_hash_map<std::string, CallerPointer> callers_;
};

}  // namespace maplebridge::gateway
