// Small helpers on text that people typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::identifier {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }
bool AllDigits(std::string_view text);
// ASCII letters to capitals; other bytes stay.
std::string Capitals(std::string_view text);
// The characters of UTF-8 text; a byte that is no UTF-8 stands for itself.
std::vector<std::string_view> Characters(std::string_view text);
// Full-width letters, digits and signs (U+FF01 to U+FF5E) as ASCII, U+3000 as a space.
std::string HalfWidth(std::string_view text);

// Why a text is not of the plain ASCII letters and digits that a number needs: "spaces are not
// accepted", "full-width digits or letters are not accepted" … Empty when it is.
std::string_view FaultOfPlainText(std::string_view text);

}  // namespace maplebridge::identifier
