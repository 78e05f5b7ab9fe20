// What a text is found by: pairs of neighbouring characters of Chinese and other scripts without
// spaces, whole words of Latin letters and digits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

// Distinct, in the order of the text. Full-width letters and digits count as half-width, capitals
// as small letters; signs part words. A character that stands alone is a word of its own. What is
// not UTF-8 is left out.
std::vector<std::string> SearchWords(std::string_view text);

// A number without its signs, as SearchWords would write it: "D-330102-2026-00000017" and
// "ｄ330102 202600000017" are both "d330102202600000017". Empty when it has fewer than 6 digits.
std::string BareNumber(std::string_view text);

}  // namespace maplebridge::registry
