#include "services/analytics/domain/publication.h"

namespace maplebridge::analytics {

std::vector<Measure> MeasuresOf(const Indicator& indicator) {
  if (indicator.above == indicator.below) return {indicator.above};
  return {indicator.above, indicator.below};
}

bool IsPublishedIndicator(const Indicator& indicator) {
  if (indicator.formula == Formula::kStock) return false;
  for (const Measure& measure : MeasuresOf(indicator)) {
    if (measure.tally == Tally::kSettledPerformed || measure.tally == Tally::kSettledUnperformed) {
      return false;
    }
  }
  return true;
}

WithheldPlaces::WithheldPlaces(const std::map<Measure, TownshipCounts>& counts) {
  for (const auto& [measure, townships] : counts) {
    places_[measure] = SuppressedDivisions(townships);
  }
}

bool WithheldPlaces::Withholds(const Indicator& indicator, const std::string& place) const {
  for (const Measure& measure : MeasuresOf(indicator)) {
    auto found = places_.find(measure);
    if (found != places_.end() && found->second.contains(place)) return true;
  }
  return false;
}

}  // namespace maplebridge::analytics
