// Who must take up a report of escalation, and by when (PML 25).
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string_view>

namespace maplebridge::registry {

enum class EscalationLevel : std::uint8_t { kCounty, kCity, kProvince, kMinistry };

// Each level has 2 hours, holidays and nights included.
inline constexpr absl::Duration kEscalationPatience = absl::Hours(2);

// The level that is told when `level` has not answered; the ministry is reminded.
EscalationLevel NextLevel(EscalationLevel level);

std::string_view Word(EscalationLevel level);
// The county's for an unknown word, which the schema keeps out.
EscalationLevel EscalationLevelOf(std::string_view word);

}  // namespace maplebridge::registry
