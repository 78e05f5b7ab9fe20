// Taking out of a text what tells whose case it was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

// Replaces every occurrence of a name, and every run of 5 or more digits (full-width ones, too, and
// with hyphens and letters between them as in telephones, identity and plate numbers), by "＊".
std::string Deidentify(std::string_view text, std::vector<std::string> names);

}  // namespace maplebridge::registry
