#include "deploy/maplectl_source/console.h"

#include <gtest/gtest.h>

namespace maplebridge::maplectl {
namespace {

TEST(ConsoleTest, ChineseTakesTwoColumns) {
  const std::pair<std::string, int> cases[] = {
      {"", 0}, {"abc", 3}, {"调解", 4}, {"（2026）浙", 4 + 4 + 2}, {"e\u0301", 1}, {"\xFF", 1},
  };
  for (const auto& [text, width] : cases) EXPECT_EQ(DisplayWidth(text), width) << text;
}

TEST(ConsoleTest, TextIsCutBetweenCharacters) {
  EXPECT_EQ(Shortened("调解委员会", 20), "调解委员会");
  EXPECT_EQ(Shortened("调解委员会", 10), "调解委员会");
  EXPECT_EQ(Shortened("调解委员会", 9), "调解委员…");
  EXPECT_EQ(Shortened("调解委员会", 8), "调解委…");
  EXPECT_EQ(Shortened("abcdef", 4), "abc…");
}

TEST(ConsoleTest, AnErrorKeepsHowToMendIt) {
  const absl::Status status = Problem(absl::StatusCode::kNotFound, "no such file", "make one");
  EXPECT_EQ(MendOf(status), "make one");
  EXPECT_EQ(status.message(), "no such file");
  EXPECT_EQ(MendOf(absl::NotFoundError("x")), "");
}

TEST(FittedWidthsTest, TheLastColumnGivesWayFirstThenTheWidest) {
  EXPECT_EQ(FittedWidths({10, 20, 30}, 100), (std::vector<int>{10, 20, 30}));
  EXPECT_EQ(FittedWidths({10, 20, 30}, 64), (std::vector<int>{10, 20, 30}));
  EXPECT_EQ(FittedWidths({10, 20, 30}, 63), (std::vector<int>{10, 20, 29}));
  EXPECT_EQ(FittedWidths({10, 20, 30}, 44), (std::vector<int>{10, 20, 10}));
  EXPECT_EQ(FittedWidths({10, 20, 30}, 40), (std::vector<int>{10, 16, 10}));
  EXPECT_EQ(FittedWidths({10, 20, 4}, 36), (std::vector<int>{10, 18, 4}));
  EXPECT_EQ(FittedWidths({10, 20, 30}, 5), (std::vector<int>{6, 6, 6}));
  EXPECT_EQ(FittedWidths({7}, 80), (std::vector<int>{7}));
  EXPECT_TRUE(FittedWidths({}, 80).empty());
}

}  // namespace
}  // namespace maplebridge::maplectl
