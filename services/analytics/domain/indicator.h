// Indicators: every figure that is answered stands here once, with its meaning and its formula, and
// is computed from this row alone, so that no number is unexplained.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "services/analytics/domain/measure.h"

namespace maplebridge::analytics {

enum class Unit { kCount, kShare, kDays };
enum class Direction { kNeither, kHigherIsBetter, kLowerIsBetter };

// How the value is made from the sums of a period.
enum class Formula {
  kCount,     // count of `above`
  kStock,     // all of `above` until the end of the period, less all of `below`
  kShare,     // above / (above + below)
  kMeanDays,  // mean duration of `above`
};

struct Indicator {
  std::string_view name;  // never changes its meaning
  std::string_view display_name;
  std::string_view meaning;
  std::string_view formula_text;
  std::string_view numerator_text;
  std::string_view denominator_text;  // empty for a plain count
  Unit unit;
  Direction direction;
  Formula formula;
  Measure above;
  Measure below;               // equal to `above` where the formula has no second measure
  std::string_view source;     // feed
  std::string_view since_day;  // RFC 3339 full-date
};

// All, in the order of the registry of definitions.
std::span<const Indicator> Indicators();
// Null for an unknown name.
const Indicator* FindIndicator(std::string_view name);

// Sums of one place: over the period, and over all days until its end.
struct MeasureSums {
  std::map<Measure, Sum> period;
  std::map<Measure, Sum> until_end;
};

struct Figure {
  std::int64_t numerator = 0;               // of seconds for kMeanDays
  std::optional<std::int64_t> denominator;  // absent for a plain count
  std::optional<double> value;              // absent when the denominator is 0
};

Figure Compute(const Indicator& indicator, const MeasureSums& sums);

}  // namespace maplebridge::analytics
