#include "services/analytics/domain/publication.h"

#include <gtest/gtest.h>

namespace maplebridge::analytics {
namespace {

constexpr Measure kSettled{FactKind::kDispute, Tally::kSettled};
constexpr Measure kFailed{FactKind::kDispute, Tally::kFailed};

TEST(PublicationTest, StocksAndPerformanceSinceAreNotPublished) {
  std::set<std::string_view> unpublished;
  for (const Indicator& indicator : Indicators()) {
    if (!IsPublishedIndicator(indicator)) unpublished.insert(indicator.name);
  }
  EXPECT_EQ(unpublished, (std::set<std::string_view>{"open", "performance_rate"}));
}

TEST(PublicationTest, ARateIsWithheldWhereEitherOfItsCountsIsSmall) {
  std::map<Measure, TownshipCounts> counts;
  counts[kSettled] = {{"330102001", 40}, {"330102002", 40}, {"330102003", 40}};
  counts[kFailed] = {{"330102001", 2}, {"330102002", 40}, {"330102003", 40}};
  const WithheldPlaces withheld(counts);
  const Indicator& rate = *FindIndicator("success_rate");
  EXPECT_FALSE(withheld.Withholds(*FindIndicator("settled"), "330102001"));
  EXPECT_TRUE(withheld.Withholds(*FindIndicator("failed"), "330102001"));
  EXPECT_TRUE(withheld.Withholds(rate, "330102001"));
  EXPECT_FALSE(withheld.Withholds(*FindIndicator("reported"), "330102001"));
}

TEST(PublicationTest, NothingIsWithheldOfAnEmptyMonth) {
  const WithheldPlaces withheld;
  for (const Indicator& indicator : Indicators()) {
    EXPECT_FALSE(withheld.Withholds(indicator, "33")) << indicator.name;
  }
}

}  // namespace
}  // namespace maplebridge::analytics
