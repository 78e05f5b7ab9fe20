// What a written field may hold. Each answers what is wrong, empty when nothing is.
#pragma once

#include <string>
#include <string_view>

namespace maplebridge::roster {

// One line of `least` to `most` Unicode characters, not only blanks, no control character.
std::string CheckLine(std::string_view text, int least, int most);
// The same, but line breaks and tabs are accepted.
std::string CheckText(std::string_view text, int least, int most);
// True for 1 to 32 of A-Z, 0-9 and _, such as "CONTRACT": the form of a dispute category's code.
bool IsCategoryCode(std::string_view text);

}  // namespace maplebridge::roster
