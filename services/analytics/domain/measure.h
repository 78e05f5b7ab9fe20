// Measures: what one fact adds to the daily counts. Every figure is a sum of these, so a corrected
// fact restates exactly the cells that it leaves and enters.
#pragma once

#include <absl/time/civil_time.h>

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "services/analytics/domain/fact.h"

namespace maplebridge::analytics {

// The first six count a fact on the day it passed the milestone. The last two count a fact on the
// day it was settled, by whether it has been performed since.
enum class Tally {
  kOpened,
  kAccepted,
  kSettled,
  kFailed,
  kEnded,
  kPerformed,
  kSettledPerformed,
  kSettledUnperformed
};
inline constexpr std::array kTallies = {
    Tally::kOpened, Tally::kAccepted,  Tally::kSettled,          Tally::kFailed,
    Tally::kEnded,  Tally::kPerformed, Tally::kSettledPerformed, Tally::kSettledUnperformed};

struct Measure {
  FactKind kind;
  Tally tally;
  friend auto operator<=>(const Measure&, const Measure&) = default;
};

// "DISPUTE_SETTLED": the measure's word in the database.
std::string Word(Measure measure);
std::optional<Measure> MeasureOf(std::string_view word);

// Where a count stands. The division is the fact's own, 12 digits.
struct Cell {
  std::string division;
  absl::CivilDay day;  // in China
  std::string organisation;
  std::string court;
  std::string category;
  std::string source;
  Measure measure;
  friend bool operator==(const Cell&, const Cell&) = default;
  friend bool operator<(const Cell& a, const Cell& b) {
    return std::tie(a.division, a.day, a.organisation, a.court, a.category, a.source, a.measure) <
           std::tie(b.division, b.day, b.organisation, b.court, b.category, b.source, b.measure);
  }
};

// `seconds`: how long the step took, summed: accepted since opened; settled, failed and ended since
// accepted (since opened when it never was); performed since settled; 0 for opened.
struct Sum {
  std::int64_t count = 0;
  std::int64_t seconds = 0;
  friend bool operator==(const Sum&, const Sum&) = default;
};

using CellSums = std::map<Cell, Sum>;

// What a fact counts for.
CellSums CellsOf(const Fact& fact);
// What must be added to the daily counts when `before` becomes `after`; cells without a change are
// left out. In the order of the cells, so that writers lock rows in one order.
CellSums Restatement(const Fact& before, const Fact& after);

// The day of `time` in China Standard Time.
absl::CivilDay ChinaDayOf(absl::Time time);

}  // namespace maplebridge::analytics
