// What is published of the figures: to everybody who may call, beyond their own scope.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/analytics/domain/indicator.h"
#include "services/analytics/domain/suppression.h"

namespace maplebridge::analytics {

// The measures that an indicator is computed from, each once.
std::vector<Measure> MeasuresOf(const Indicator& indicator);

// False for a figure that is not settled by the end of its month, so that two askings could be
// subtracted: a stock (all days until the end), and what counts performance since.
bool IsPublishedIndicator(const Indicator& indicator);

// The places withheld of one month, by measure.
class WithheldPlaces {
 public:
  WithheldPlaces() = default;
  explicit WithheldPlaces(const std::map<Measure, TownshipCounts>& counts);

  // True when a measure of the indicator is withheld at the place of 2, 4, 6 or 9 digits.
  bool Withholds(const Indicator& indicator, const std::string& place) const;

 private:
  std::map<Measure, std::set<std::string>> places_;
};

}  // namespace maplebridge::analytics
