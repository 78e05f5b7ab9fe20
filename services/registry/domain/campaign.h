// A campaign of investigation, and what may stand in one.
#pragma once

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/division/division_code.h"
#include "common/party/violation.h"

namespace maplebridge::registry {

// Enumerations are words of the API without their prefix.
struct Campaign {
  std::string id;
  std::string title;
  std::string kind;  // "GENERAL", "KEY"
  std::string mode;  // "DAILY", "CENTRALISED", "SPECIAL"
  std::string theme;
  std::vector<division::DivisionCode> divisions;
  std::vector<std::string> categories;
  std::vector<std::string> groups;
  std::vector<std::string> forces;
  absl::CivilDay start_day, end_day;
  std::string state = "OPEN";  // "CLOSED"
  int village_count = 0;
  int visited_count = 0;
  int risk_count = 0;
  int assignment_count = 0;
  std::string conclusion;
  absl::Time create_time;
  std::optional<absl::Time> close_time;
  std::int64_t revision = 0;

  std::string name() const { return "campaigns/" + id; }
};

inline constexpr int kMostCampaignPlaces = 100;
inline constexpr int kMostGroups = 20;
inline constexpr int kLongestCampaignDays = 366;

// What is wrong with it, with paths such as "divisions[1]".
Violations CheckCampaign(const Campaign& campaign);

// True when the place lies inside the campaign.
bool Covers(const Campaign& campaign, division::DivisionCode place);
// True when the campaign reaches into a place that is given by its leading digits.
bool Touches(const Campaign& campaign, const std::string& prefix);

}  // namespace maplebridge::registry
