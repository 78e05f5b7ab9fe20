#include "deploy/maplectl_source/simulation/random_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

namespace maplebridge::maplectl {
namespace {

TEST(RandomStreamTest, SeedAndEntityMakeTheStream) {
  RandomStream one(7, "dispute 1"), same(7, "dispute 1");
  RandomStream other_seed(8, "dispute 1"), other_entity(7, "dispute 2");
  const std::uint64_t first = one.Next();
  EXPECT_EQ(same.Next(), first);
  EXPECT_NE(other_seed.Next(), first);
  EXPECT_NE(other_entity.Next(), first);
  // Written down, so that a plan stays the same on every machine and in every version.
  EXPECT_EQ(first, 3641549565375057835u);
}

TEST(RandomStreamTest, DrawsStayInsideTheirBoundsAndReachThem) {
  RandomStream stream(1, "bounds");
  std::set<int> seen;
  for (int i = 0; i < 1000; ++i) {
    const int drawn = stream.Between(3, 6);
    EXPECT_GE(drawn, 3);
    EXPECT_LE(drawn, 6);
    seen.insert(drawn);
    EXPECT_LT(stream.Share(), 1);
  }
  EXPECT_EQ(seen.size(), 4u);
  EXPECT_FALSE(stream.Chance(0));
  EXPECT_TRUE(stream.Chance(1));
}

TEST(RandomStreamTest, PoissonHasItsMean) {
  for (const double mean : {0.05, 1.0, 7.5, 90.0}) {
    RandomStream stream(3, "poisson");
    std::int64_t sum = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) sum += stream.Poisson(mean);
    EXPECT_NEAR(static_cast<double>(sum) / kDraws, mean, 0.05 * mean + 0.01) << mean;
  }
  EXPECT_EQ(RandomStream(3, "none").Poisson(0), 0);
}

TEST(RandomStreamTest, WeightsDecide) {
  RandomStream stream(5, "weights");
  const std::vector<double> weights = {1, 0, 3};
  std::array<int, 3> counts{};
  for (int i = 0; i < 8000; ++i) ++counts[stream.Weighted(weights)];
  EXPECT_NEAR(counts[0], 2000, 200);
  EXPECT_EQ(counts[1], 0);
}

}  // namespace
}  // namespace maplebridge::maplectl
