#include "services/gateway/limits/rate_limiter.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace maplebridge::gateway {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'700'000'000 * kSecond;

TEST(TokenBucketTest, TheBurstPassesAtOnceAndTheNextMustWait) {
  TokenBucket bucket(/*rate=*/10, /*burst=*/5);
  absl::Duration retry_after;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(bucket.Take(kStart, &retry_after)) << i;
  EXPECT_FALSE(bucket.Take(kStart, &retry_after));
  EXPECT_EQ(retry_after, absl::Milliseconds(100));
}

TEST(TokenBucketTest, AfterTheSaidDelayOnePassesAndNotTwo) {
  TokenBucket bucket(10, 5);
  absl::Duration retry_after;
  while (bucket.Take(kStart, &retry_after)) {
  }
  const int64_t later = kStart + absl::ToInt64Nanoseconds(retry_after);
  EXPECT_FALSE(bucket.Take(later - 1, &retry_after));
  EXPECT_TRUE(bucket.Take(later, &retry_after));
  EXPECT_FALSE(bucket.Take(later, &retry_after));
}

TEST(TokenBucketTest, RestDoesNotSaveMoreThanTheBurst) {
  TokenBucket bucket(10, 5);
  absl::Duration retry_after;
  bucket.Take(kStart, &retry_after);
  int taken = 0;
  while (bucket.Take(kStart + 3600 * kSecond, &retry_after)) ++taken;
  EXPECT_EQ(taken, 5);
}

TEST(TokenBucketTest, OverALongTimeTheRateIsKept) {
  TokenBucket bucket(100, 10);
  absl::Duration retry_after;
  int taken = 0;
  // Asked a thousand times a second for ten seconds.
  for (int64_t i = 0; i < 10'000; ++i) {
    taken += bucket.Take(kStart + i * kSecond / 1000, &retry_after) ? 1 : 0;
  }
  EXPECT_NEAR(taken, 1000 + 10, 1);
}

TEST(TokenBucketTest, ThreadsTogetherTakeNoMoreThanOne) {
  TokenBucket bucket(1, 1000);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      absl::Duration retry_after;
      for (int k = 0; k < 1000; ++k) taken += bucket.Take(kStart, &retry_after) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1000);
}

TEST(RateLimiterTest, OneBucketForEachPrincipal) {
  RateLimiter limiter(5);
  EXPECT_EQ(limiter.BucketFor("callers/a"), limiter.BucketFor("callers/a"));
  EXPECT_NE(limiter.BucketFor("callers/a"), limiter.BucketFor("callers/b"));
}

TEST(RateLimiterTest, NamesDoNotPileUpButABucketInUseStays) {
  RateLimiter limiter(5);
  const auto held = limiter.BucketFor("callers/held");
  absl::Duration retry_after;
  while (held->Take(kStart, &retry_after)) {
  }
  for (int i = 0; i < 25'000; ++i) limiter.BucketFor("address " + std::to_string(i));
  EXPECT_EQ(limiter.BucketFor("callers/held"), held);
}

}  // namespace
}  // namespace maplebridge::gateway
