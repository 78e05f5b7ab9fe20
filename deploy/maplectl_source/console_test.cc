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

}  // namespace
}  // namespace maplebridge::maplectl
