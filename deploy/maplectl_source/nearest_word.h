// "Did you mean": the word that is the fewest slips away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::maplectl {

// How many letters must be put in, left out or changed to make one word of the other.
std::size_t EditDistance(std::string_view left, std::string_view right);

// Empty when there is no candidate.
std::string NearestWord(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace maplebridge::maplectl
