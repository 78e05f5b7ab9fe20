// Check characters of ISO 7064 that our identifiers use. Input: ASCII digits only.
#pragma once

#include <string_view>

namespace maplebridge::identifier {

// MOD 11-2, '0'..'9' or 'X' (GB 11643).
char CheckCharacterMod11_2(std::string_view digits);
// MOD 11,10 (hybrid), '0'..'9'.
char CheckDigitMod11_10(std::string_view digits);

}  // namespace maplebridge::identifier
