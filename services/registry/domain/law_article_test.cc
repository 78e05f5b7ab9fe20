#include "services/registry/domain/law_article.h"

#include <gtest/gtest.h>

#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

TEST(LawArticleTest, EveryCategoryHasArticlesOfItsOwnButOther) {
  for (const Category& category : Categories()) {
    const std::vector<LawArticle> articles = ArticlesFor(category.code);
    ASSERT_FALSE(articles.empty()) << category.code;
    EXPECT_EQ(articles.front().category.empty(), category.code == kOtherCategory) << category.code;
    EXPECT_EQ(articles.back().law, "民事诉讼法");
  }
  EXPECT_TRUE(ArticlesFor("NOTHING").empty());
}

}  // namespace
}  // namespace maplebridge::registry
