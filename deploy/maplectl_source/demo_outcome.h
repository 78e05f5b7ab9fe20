// Scenes 4 to 6 of the demo: judicial confirmation, the return of the failed case, and what
// analytics makes of both.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "deploy/maplectl_source/demo_mediation.h"

namespace maplebridge::maplectl {

// Both parties apply, the court accepts and confirms. Answers the state, such as "CONFIRMED".
absl::StatusOr<std::string> Confirm(Stage& stage, const Cast& cast, const CourtCase& court_case,
                                    const registry::v1::Agreement& agreement);

// The court reads its materials again and registers the case. Answers whether every byte is what it
// was.
absl::StatusOr<bool> TakeBack(Stage& stage, const Cast& cast, const CourtCase& court_case);

// The organisation's own figures, once both cases are in them: referrals, settled, success_rate.
// Shows them for the township, county, city and province as well.
absl::StatusOr<Json> ReadFigures(Stage& stage, const Cast& cast);

}  // namespace maplebridge::maplectl
