#include "services/registry/domain/campaign.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

division::DivisionCode Place(std::string_view code) { return *division::DivisionCode::Parse(code); }

Campaign Good() {
  Campaign campaign;
  campaign.title = "春季排查";
  campaign.kind = "GENERAL";
  campaign.mode = "CENTRALISED";
  campaign.divisions = {Place("330102")};
  campaign.forces = {"GRID_WORKERS"};
  campaign.start_day = absl::CivilDay(2026, 3, 1);
  campaign.end_day = absl::CivilDay(2026, 3, 31);
  return campaign;
}

// Fields that are wrong once `change` is made.
std::string Wrong(void (*change)(Campaign*)) {
  Campaign campaign = Good();
  change(&campaign);
  std::string fields;
  for (const Violation& violation : CheckCampaign(campaign)) fields += violation.field + " ";
  return fields;
}

TEST(CampaignTest, EachRuleNamesItsField) {
  EXPECT_EQ(Wrong([](Campaign*) {}), "");
  EXPECT_EQ(Wrong([](Campaign* c) { c->title.clear(); }), "title ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->mode = "SPECIAL"; }), "theme ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->theme = "亚运安保"; }), "theme ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->kind = "KEY"; }), "categories ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->kind = "KEY", c->groups = {"留守老人"}; }), "");
  EXPECT_EQ(Wrong([](Campaign* c) { c->categories = {"LABOUR", "NONE"}; }), "categories[1] ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->forces.clear(); }), "forces ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->divisions.clear(); }), "divisions ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->divisions.push_back(Place("330102001")); }),
            "divisions[1] ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->divisions.push_back(Place("330102")); }), "divisions[1] ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->end_day = c->start_day - 1; }), "end_day ");
  EXPECT_EQ(Wrong([](Campaign* c) { c->end_day = c->start_day; }), "");
  EXPECT_EQ(Wrong([](Campaign* c) { c->end_day = c->start_day + 366; }), "");
  EXPECT_EQ(Wrong([](Campaign* c) { c->end_day = c->start_day + 367; }), "end_day ");
}

TEST(CampaignTest, PlacesAreInsideOrTouched) {
  const Campaign campaign = Good();
  EXPECT_TRUE(Covers(campaign, Place("330102")));
  EXPECT_TRUE(Covers(campaign, Place("330102001004")));
  EXPECT_FALSE(Covers(campaign, Place("330105001")));
  EXPECT_FALSE(Covers(campaign, Place("3301")));
  EXPECT_TRUE(Touches(campaign, "3301"));
  EXPECT_TRUE(Touches(campaign, "330102001"));
  EXPECT_FALSE(Touches(campaign, "330105"));
  EXPECT_TRUE(Touches(campaign, ""));
}

}  // namespace
}  // namespace maplebridge::registry
