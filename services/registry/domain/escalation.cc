#include "services/registry/domain/escalation.h"

#include <array>

namespace maplebridge::registry {
namespace {

// In the order of EscalationLevel, which is that of the ladder.
constexpr std::array<std::string_view, 4> kWords = {"COUNTY", "CITY", "PROVINCE", "MINISTRY"};

}  // namespace

EscalationLevel NextLevel(EscalationLevel level) {
  if (level == EscalationLevel::kMinistry) return level;
  return static_cast<EscalationLevel>(static_cast<int>(level) + 1);
}

std::string_view Word(EscalationLevel level) { return kWords[static_cast<std::size_t>(level)]; }

EscalationLevel EscalationLevelOf(std::string_view word) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == word) return static_cast<EscalationLevel>(i);
  }
  return EscalationLevel::kCounty;
}

}  // namespace maplebridge::registry
