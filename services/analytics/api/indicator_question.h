// A request for figures, checked: whose, when, which, by which levels.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <optional>
#include <string>
#include <vector>

#include "common/division/division_tree.h"
#include "maplebridge/analytics/v1/indicator.pb.h"
#include "services/analytics/domain/indicator.h"

namespace maplebridge::analytics {

struct IndicatorQuestion {
  // Exactly one of the three.
  std::optional<division::DivisionCode> division;
  std::string organisation;
  std::string court;
  absl::CivilDay start_day;
  absl::CivilDay end_day;
  std::vector<const Indicator*> indicators;
  std::vector<v1::DivisionLevel> levels;

  // Every measure of the indicators, once.
  std::vector<Measure> Measures() const;
  // True when one of them is a stock.
  bool needs_all_before() const;
};

// How many leading digits name a place of the level.
int DigitsOf(v1::DivisionLevel level);

// INVALID_ARGUMENT names every field that is wrong.
absl::StatusOr<IndicatorQuestion> QuestionOf(const v1::QueryIndicatorsRequest& request,
                                             const division::DivisionTree& divisions,
                                             absl::CivilDay today);

}  // namespace maplebridge::analytics
