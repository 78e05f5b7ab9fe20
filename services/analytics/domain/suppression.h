// Small-cell suppression (Personal Information Protection Law; a count of 1 to 4 may point at
// people): which divisions' counts of one measure and one period are withheld from callers who may
// not see the cases.
//
// The answer is a function of the whole table, never of the question, so that asking again, another
// level, or one division at a time adds nothing. A count is withheld when it is small, and further
// counts are withheld until nobody can compute a small one:
//   - a caller who knows all published counts: what is missing under a published total is spread
//     over two or more withheld places, enough that none of them is known to be small;
//   - a caller who besides knows all of one place exactly (a bureau, or an organisation that is
//     alone in its township): the same must hold for what is missing outside that place.
// Periods that overlap would let one be subtracted from another: whole calendar months that have
// ended are the only periods published (IsPublishedPeriod).
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace maplebridge::analytics {

inline constexpr std::int64_t kSmallCellThreshold = 5;

// Counts by the 9 digits of the township (000 at the end for what lies in no township). Counts are
// not negative; absent means 0. Every 0 is published.
using TownshipCounts = std::map<std::string, std::int64_t>;

// The places whose counts are withheld: their 2, 4, 6 or 9 digits, and "" for the nation.
std::set<std::string> SuppressedDivisions(const TownshipCounts& counts,
                                          std::int64_t threshold = kSmallCellThreshold);

// True for one whole calendar month that ended before `today`.
bool IsPublishedPeriod(absl::CivilDay start_day, absl::CivilDay end_day, absl::CivilDay today);

}  // namespace maplebridge::analytics
