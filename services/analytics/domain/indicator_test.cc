#include "services/analytics/domain/indicator.h"

#include <gtest/gtest.h>

#include <set>

namespace maplebridge::analytics {
namespace {

constexpr FactKind kDispute = FactKind::kDispute;

MeasureSums Sums() {
  MeasureSums sums;
  sums.period[{kDispute, Tally::kOpened}] = {10, 0};
  sums.period[{kDispute, Tally::kSettled}] = {3, 3 * 86400 + 43200};
  sums.period[{kDispute, Tally::kFailed}] = {1, 86400};
  sums.period[{kDispute, Tally::kSettledPerformed}] = {2, 0};
  sums.period[{kDispute, Tally::kSettledUnperformed}] = {1, 0};
  sums.until_end[{kDispute, Tally::kOpened}] = {25, 0};
  sums.until_end[{kDispute, Tally::kEnded}] = {19, 0};
  return sums;
}

TEST(IndicatorTest, EachFormula) {
  struct Case {
    const char* name;
    std::int64_t numerator;
    std::optional<std::int64_t> denominator;
    std::optional<double> value;
  };
  const Case cases[] = {
      {"reported", 10, std::nullopt, 10.0},
      {"settled", 3, std::nullopt, 3.0},
      {"open", 6, std::nullopt, 6.0},
      {"success_rate", 3, 4, 0.75},
      {"days_to_settle", 3 * 86400 + 43200, 3, 3.5 / 3},
      {"performance_rate", 2, 3, 2.0 / 3},
      {"referrals", 0, std::nullopt, 0.0},
      {"referral_success_rate", 0, 0, std::nullopt},
      {"days_to_perform", 0, 0, std::nullopt},
  };
  for (const Case& c : cases) {
    const Indicator* indicator = FindIndicator(c.name);
    ASSERT_NE(indicator, nullptr) << c.name;
    const Figure figure = Compute(*indicator, Sums());
    EXPECT_EQ(figure.numerator, c.numerator) << c.name;
    EXPECT_EQ(figure.denominator, c.denominator) << c.name;
    ASSERT_EQ(figure.value.has_value(), c.value.has_value()) << c.name;
    if (c.value) {
      EXPECT_DOUBLE_EQ(*figure.value, *c.value) << c.name;
    }
  }
}

TEST(IndicatorTest, EveryDefinitionIsWhole) {
  std::set<std::string_view> names;
  for (const Indicator& indicator : Indicators()) {
    SCOPED_TRACE(std::string(indicator.name));
    EXPECT_TRUE(names.insert(indicator.name).second);
    for (std::string_view text :
         {indicator.display_name, indicator.meaning, indicator.formula_text,
          indicator.numerator_text, indicator.source, indicator.since_day}) {
      EXPECT_FALSE(text.empty());
    }
    const bool is_ratio =
        indicator.formula == Formula::kShare || indicator.formula == Formula::kMeanDays;
    EXPECT_EQ(indicator.denominator_text.empty(), !is_ratio);
    EXPECT_EQ(indicator.unit == Unit::kShare, indicator.formula == Formula::kShare);
    EXPECT_EQ(indicator.unit == Unit::kDays, indicator.formula == Formula::kMeanDays);
    EXPECT_EQ(indicator.source, indicator.above.kind == kDispute ? "registry" : "docking");
    const bool has_two =
        indicator.formula == Formula::kShare || indicator.formula == Formula::kStock;
    EXPECT_EQ(has_two, indicator.above != indicator.below);
    EXPECT_EQ(FindIndicator(indicator.name), &indicator);
  }
  EXPECT_EQ(FindIndicator("Settled"), nullptr);
  EXPECT_EQ(FindIndicator(""), nullptr);
}

// A share lies between 0 and 1 whatever the counts.
TEST(IndicatorTest, AShareIsAShare) {
  for (const Indicator& indicator : Indicators()) {
    if (indicator.formula != Formula::kShare) continue;
    for (std::int64_t above = 0; above < 4; ++above) {
      for (std::int64_t below = 0; below < 4; ++below) {
        MeasureSums sums;
        sums.period[indicator.above].count = above;
        sums.period[indicator.below].count = below;
        const Figure figure = Compute(indicator, sums);
        EXPECT_EQ(figure.value.has_value(), above + below > 0);
        if (figure.value) {
          EXPECT_GE(*figure.value, 0);
          EXPECT_LE(*figure.value, 1);
        }
      }
    }
  }
}

}  // namespace
}  // namespace maplebridge::analytics
