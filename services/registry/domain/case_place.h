// The place of a case: a county, or what lies in one.
#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "common/division/division_tree.h"

namespace maplebridge::registry {

// The place with this code of 6, 9 or 12 digits. INVALID_ARGUMENT for a malformed code, one that is
// not in the table, and one that is wider than a county; the text says what is accepted.
absl::StatusOr<division::DivisionCode> CasePlaceOf(const division::DivisionTree& divisions,
                                                   std::string_view code);

}  // namespace maplebridge::registry
