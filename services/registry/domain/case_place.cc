#include "services/registry/domain/case_place.h"

namespace maplebridge::registry {
namespace {

using division::Level;

bool IsTooWide(const division::DivisionTree& divisions, division::DivisionCode code) {
  const auto place = divisions.Find(code);
  if (!place || place->level == Level::kProvince) return true;
  if (place->level != Level::kCity) return false;
  // A city without counties below it counts as one: 东莞, 中山, 儋州, 嘉峪关.
  const auto children = divisions.Children(code, 1, "");
  return !children.ok() || children->divisions.empty() ||
         children->divisions[0].level == Level::kCounty;
}

}  // namespace

absl::StatusOr<division::DivisionCode> CasePlaceOf(const division::DivisionTree& divisions,
                                                   std::string_view code) {
  auto place = divisions.Normalise(code);
  if (place.ok() && IsTooWide(divisions, *place)) {
    return absl::InvalidArgumentError("must be a county, township or village");
  }
  return place;
}

}  // namespace maplebridge::registry
