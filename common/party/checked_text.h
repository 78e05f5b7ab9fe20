// What a written field of a case may hold.
#pragma once

#include <string>
#include <string_view>

namespace maplebridge {

// Number of Unicode characters; -1 when the text is not UTF-8.
int Characters(std::string_view text);
// Empty when `text` has between `least` and `most` characters, none of them a control character
// but line breaks and tabs; else what is wrong.
std::string CheckText(std::string_view text, int least, int most);
// True for 1 to 32 of [a-z0-9-].
bool IsCaseIdentifier(std::string_view text);

}  // namespace maplebridge
