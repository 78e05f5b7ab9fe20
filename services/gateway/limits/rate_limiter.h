// Calls a second for each principal: one bucket a principal, shared by all loops without a lock.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

namespace maplebridge::gateway {

// Token bucket kept as one number, the time at which the bucket is full again (GCRA). Safe from
// any thread.
class TokenBucket {
 public:
  // Refills `rate` tokens a second up to `burst`. Both at least 1.
  TokenBucket(double rate, double burst);

  // Takes one token. False when there is none; then `retry_after` says when there will be.
  bool Take(int64_t now_nanoseconds, absl::Duration* retry_after);

 private:
  const int64_t nanoseconds_per_token_;
  const int64_t burst_nanoseconds_;
  std::atomic<int64_t> full_at_{0};
};

class RateLimiter {
 public:
  explicit RateLimiter(double calls_per_second);

  // The principal's bucket, the same for every later ask while anyone holds it. Above 10,000
  // names those that nobody holds are forgotten, so that names cannot pile up.
  std::shared_ptr<TokenBucket> BucketFor(const std::string& principal);

 private:
  static constexpr size_t kPruneAbove = 10'000;

  const double rate_;
  std::mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<TokenBucket>> buckets_;
};

}  // namespace maplebridge::gateway
