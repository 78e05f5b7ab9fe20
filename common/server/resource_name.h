// Resource names (AIP-122), taken apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge {

// The parts of "disputes/{number}/agreements/{id}" that `pattern`, such as
// "disputes/*/agreements/*", leaves open; empty when the name does not fit. A part is 1 to 64
// letters, digits, "-" or "_".
std::vector<std::string> NameParts(std::string_view pattern, std::string_view name);

}  // namespace maplebridge
