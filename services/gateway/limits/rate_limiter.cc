#include "services/gateway/limits/rate_limiter.h"

#include <algorithm>

namespace maplebridge::gateway {

TokenBucket::TokenBucket(double rate, double burst)
    : nanoseconds_per_token_(std::max<int64_t>(1, static_cast<int64_t>(1e9 / rate))),
      burst_nanoseconds_(static_cast<int64_t>(1e9 / rate * burst)) {}

bool TokenBucket::Take(int64_t now_nanoseconds, absl::Duration* retry_after) {
  int64_t full_at = full_at_.load(std::memory_order_relaxed);
  for (;;) {
    const int64_t next = std::max(full_at, now_nanoseconds) + nanoseconds_per_token_;
    const int64_t excess = next - now_nanoseconds - burst_nanoseconds_;
    if (excess > 0) {
      *retry_after = absl::Nanoseconds(excess);
      return false;
    }
    if (full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return true;
  }
}

RateLimiter::RateLimiter(double calls_per_second) : rate_(std::max(1.0, calls_per_second)) {}

std::shared_ptr<TokenBucket> RateLimiter::BucketFor(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kPruneAbove) {
    absl::erase_if(buckets_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  std::shared_ptr<TokenBucket>& bucket = buckets_[principal];
  if (bucket == nullptr) bucket = std::make_shared<TokenBucket>(rate_, rate_);
  return bucket;
}

}  // namespace maplebridge::gateway
