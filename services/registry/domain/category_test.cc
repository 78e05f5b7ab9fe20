#include "services/registry/domain/category.h"

#include <gtest/gtest.h>

#include <set>

namespace maplebridge::registry {
namespace {

TEST(CategoryTest, NineGrassRootsAndTwelveIndustryCategoriesEachOnce) {
  std::set<std::string_view> codes, names;
  int industry = 0;
  for (const Category& category : Categories()) {
    EXPECT_TRUE(codes.insert(category.code).second) << category.code;
    EXPECT_TRUE(names.insert(category.chinese).second) << category.chinese;
    EXPECT_EQ(FindCategory(category.code), &category);
    industry += category.is_industry;
  }
  EXPECT_EQ(codes.size(), 21u);
  EXPECT_EQ(industry, 12);
  EXPECT_EQ(FindCategory("contract"), nullptr);
  EXPECT_EQ(FindCategory(""), nullptr);
}

TEST(CategoryTest, LimitsAreThirtyDaysButForMedicalAndLabour) {
  for (const Category& category : Categories()) {
    const bool medical = category.code == "MEDICAL";
    EXPECT_EQ(category.limit, category.code == "LABOUR" ? 15 : 30) << category.code;
    EXPECT_EQ(category.limit_rule,
              medical ? calendar::DeadlineRule::kWorking : calendar::DeadlineRule::kCalendar);
    EXPECT_FALSE(category.limit_source.empty());
  }
}

TEST(CategoryTest, EveryUnfitMatterNamesItsArticleAndAnotherWay) {
  for (const UnfitMatter& matter : UnfitMatters()) {
    EXPECT_NE(FindCategory(matter.category), nullptr) << matter.category;
    EXPECT_FALSE(matter.source.empty());
    EXPECT_FALSE(matter.advice.empty());
    EXPECT_EQ(FindUnfitMatter(matter.category, matter.sub_category), &matter);
  }
  EXPECT_NE(FindUnfitMatter("MARRIAGE_FAMILY", "MARRIAGE_VALIDITY"), nullptr);
  EXPECT_EQ(FindUnfitMatter("MARRIAGE_FAMILY", ""), nullptr);
  EXPECT_EQ(FindUnfitMatter("CONTRACT", "MARRIAGE_VALIDITY"), nullptr);
}

}  // namespace
}  // namespace maplebridge::registry
