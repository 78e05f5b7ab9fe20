#include "services/registry/domain/risk_entry.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge::registry {
namespace {

bool IsComplete(const PreventiveMeasure& measure) { return measure.complete_time.has_value(); }

}  // namespace

std::string MissingForControl(const RiskEntry& entry) {
  if (std::any_of(entry.measures.begin(), entry.measures.end(), IsComplete)) return "";
  return "no measure was carried out; add one and record that it was";
}

std::string MissingForResolution(const RiskEntry& entry) {
  for (const PreventiveMeasure& measure : entry.measures) {
    if (!IsComplete(measure)) {
      return absl::StrCat("measure ", measure.ordinal, " was not carried out");
    }
  }
  return "";
}

}  // namespace maplebridge::registry
