#include "services/registry/domain/campaign.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/party/checked_text.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

void CheckWords(const Campaign& campaign, Violations* violations) {
  const auto add = [&](std::string field, std::string wrong) {
    if (!wrong.empty()) violations->push_back({std::move(field), std::move(wrong)});
  };
  add("title", CheckText(campaign.title, 1, 100));
  const bool is_special = campaign.mode == "SPECIAL";
  add("theme", is_special               ? CheckText(campaign.theme, 1, 200)
               : campaign.theme.empty() ? ""
                                        : "must be empty unless the mode is SPECIAL");
  for (std::size_t i = 0; i < campaign.categories.size(); ++i) {
    if (FindCategory(campaign.categories[i]) == nullptr) {
      add(absl::StrCat("categories[", i, "]"),
          "is no category; ListDisputeCategories has them all");
    }
  }
  if (campaign.groups.size() > kMostGroups) {
    add("groups", absl::StrCat("must be at most ", kMostGroups));
  }
  for (std::size_t i = 0; i < campaign.groups.size(); ++i) {
    add(absl::StrCat("groups[", i, "]"), CheckText(campaign.groups[i], 1, 50));
  }
  if (campaign.kind == "KEY" && campaign.categories.empty() && campaign.groups.empty()) {
    add("categories", "a KEY campaign names categories or groups");
  }
  if (campaign.forces.empty()) add("forces", "must hold one at least");
}

void CheckPlaces(const Campaign& campaign, Violations* violations) {
  const auto count = static_cast<int>(campaign.divisions.size());
  if (count < 1 || count > kMostCampaignPlaces) {
    violations->push_back(
        {"divisions", absl::StrCat("must be 1 to ", kMostCampaignPlaces, "; there are ", count)});
    return;
  }
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) {
      const auto& place = campaign.divisions[static_cast<std::size_t>(i)];
      const auto& other = campaign.divisions[static_cast<std::size_t>(j)];
      if (i != j && other.Contains(place) && (other != place || j < i)) {
        violations->push_back({absl::StrCat("divisions[", i, "]"),
                               absl::StrCat("lies inside divisions[", j, "]; name a place once")});
        break;
      }
    }
  }
}

}  // namespace

Violations CheckCampaign(const Campaign& campaign) {
  Violations violations;
  CheckWords(campaign, &violations);
  CheckPlaces(campaign, &violations);
  if (campaign.end_day < campaign.start_day) {
    violations.push_back({"end_day", "must not be before start_day"});
  } else if (campaign.end_day > campaign.start_day + kLongestCampaignDays) {
    violations.push_back({"end_day", absl::StrCat("must be at most ", kLongestCampaignDays,
                                                  " days after start_day")});
  }
  return violations;
}

bool Covers(const Campaign& campaign, division::DivisionCode place) {
  return std::any_of(campaign.divisions.begin(), campaign.divisions.end(),
                     [&](division::DivisionCode each) { return each.Contains(place); });
}

bool Touches(const Campaign& campaign, const std::string& prefix) {
  return std::any_of(campaign.divisions.begin(), campaign.divisions.end(),
                     [&](division::DivisionCode each) {
                       const std::string own = each.Prefix();
                       return own.starts_with(prefix) || prefix.starts_with(own);
                     });
}

}  // namespace maplebridge::registry
