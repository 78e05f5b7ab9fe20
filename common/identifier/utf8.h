// UTF-8 as RFC 3629 has it.
#pragma once

#include <cstddef>
#include <string_view>

namespace maplebridge::identifier {

// Bytes, 1 to 4, of the character at the beginning of `text`, which is not empty; 0 when there is
// none: cut off, longer than need be, half of a surrogate pair, or beyond U+10FFFF. PostgreSQL
// refuses these too.
std::size_t CharacterLength(std::string_view text);

}  // namespace maplebridge::identifier
