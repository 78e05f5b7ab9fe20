// Categories of disputes by their codes, as the registry answers them in ListDisputeCategories.
#pragma once

#include <string_view>

namespace maplebridge::docking {

bool IsCategory(std::string_view code);

// Its text says what the dispute is about; every other category needs none.
inline constexpr std::string_view kOtherCategory = "OTHER";

}  // namespace maplebridge::docking
