#include "common/identifier/text.h"

#include <absl/strings/ascii.h>

#include <algorithm>

#include "common/identifier/utf8.h"

namespace maplebridge::identifier {
namespace {

// U+FF01 to U+FF5E stand 0xFEE0 above ASCII: EF BC 81 … EF BC BF, EF BD 80 … EF BD 9E.
char HalfWidthOf(std::string_view character) {
  if (character == "\u3000") return ' ';
  if (character.size() != 3 || character[0] != '\xEF') return '\0';
  const auto second = static_cast<unsigned char>(character[1]);
  const auto third = static_cast<unsigned char>(character[2]);
  if (second == 0xBC && third >= 0x81) return static_cast<char>(third - 0x81 + 0x21);
  if (second == 0xBD && third <= 0x9E) return static_cast<char>(third - 0x80 + 0x60);
  return '\0';
}

}  // namespace

bool AllDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

std::string Capitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals) c = absl::ascii_toupper(static_cast<unsigned char>(c));
  return capitals;
}

std::vector<std::string_view> Characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    const size_t length = std::max<std::size_t>(1, CharacterLength(text));
    characters.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return characters;
}

std::string HalfWidth(std::string_view text) {
  std::string half;
  for (const std::string_view character : Characters(text)) {
    if (const char ascii = HalfWidthOf(character)) {
      half.push_back(ascii);
    } else {
      half.append(character);
    }
  }
  return half;
}

std::string_view FaultOfPlainText(std::string_view text) {
  if (text.empty()) return "it is empty";
  for (const std::string_view character : Characters(text)) {
    const char half = HalfWidthOf(character);
    const char c = half != '\0' ? half : character[0];
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
      return "spaces are not accepted, write it without them";
    }
    if (half != '\0') {
      return "full-width characters are not accepted, write half-width digits and letters";
    }
    if (character.size() > 1 || !absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      return "only the digits 0-9 and the letters A-Z are accepted";
    }
  }
  return "";
}

}  // namespace maplebridge::identifier
