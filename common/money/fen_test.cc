#include "common/money/fen.h"

#include <gtest/gtest.h>

#include <limits>

namespace maplebridge::money {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

TEST(Fen, ReadsYuanAndWritesThemBack) {
  for (auto [text, fen] :
       std::vector<std::pair<std::string, int64_t>>{{"0", 0},
                                                    {"1234", 123400},
                                                    {"1234.5", 123450},
                                                    {"1,234.56", 123456},
                                                    {"-0.01", -1},
                                                    {"92,233,720,368,547,758.07", kMost}}) {
    absl::StatusOr<Fen> parsed = Fen::ParseYuan(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(parsed->amount(), fen) << text;
    EXPECT_EQ(Fen::ParseYuan(parsed->ToYuan())->amount(), fen);
  }
}

TEST(Fen, RefusesWhatIsNotAnAmount) {
  for (std::string text : {"", "-", ".5", "1.", "1.234", "1,23", "12,3456", ",123", "1,234,", "1e3",
                           " 1", "92233720368547758.08", "99999999999999999999"})
    EXPECT_FALSE(Fen::ParseYuan(text).ok()) << text;
}

TEST(Fen, NeverWrapsRound) {
  EXPECT_EQ(Add(Fen(kMost), Fen(1)).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Subtract(Fen(-kMost), Fen(2)).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Multiply(Fen(kMost), 2).status().code(), absl::StatusCode::kOutOfRange);
  std::vector<Fen> amounts = {Fen(kMost), Fen(kMost), Fen(-kMost)};
  EXPECT_EQ(Sum(amounts)->amount(), kMost);
}

TEST(Fen, ScalesRoundingHalfAwayFromZero) {
  EXPECT_EQ(Scale(Fen(5), 1, 2)->amount(), 3);
  EXPECT_EQ(Scale(Fen(-5), 1, 2)->amount(), -3);
  EXPECT_EQ(Scale(Fen(100), 1, 3)->amount(), 33);
  EXPECT_FALSE(Scale(Fen(1), 1, 0).ok());
}

TEST(Fen, SharesAddUpToTheTotal) {
  std::vector<int64_t> weights = {1, 1, 1};
  absl::StatusOr<std::vector<Fen>> shares = Split(Fen(100), weights);
  ASSERT_TRUE(shares.ok());
  EXPECT_EQ((*shares)[0].amount(), 34);
  EXPECT_EQ((*shares)[1].amount(), 33);
  EXPECT_EQ((*shares)[2].amount(), 33);
  EXPECT_FALSE(Split(Fen(1), {}).ok());
  std::vector<int64_t> zero = {0, 0};
  EXPECT_FALSE(Split(Fen(1), zero).ok());
}

}  // namespace
}  // namespace maplebridge::money
