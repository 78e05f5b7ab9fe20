#include "common/party/checked_text.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge {
namespace {

// Bytes of the UTF-8 character at `at`; 0 when there is none: cut off, longer than need be, a half
// of a surrogate pair, or beyond U+10FFFF. PostgreSQL refuses these too.
std::size_t LengthAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 0 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool is_wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                        (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
  return is_wrong ? 0 : length;
}

}  // namespace

int Characters(std::string_view text) {
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const std::size_t length = LengthAt(text, i);
    if (length == 0) return -1;
    i += length;
  }
  return count;
}

std::string CheckText(std::string_view text, int least, int most) {
  const int count = Characters(text);
  if (count < 0) return "is not UTF-8";
  if (count < least || count > most) {
    return absl::StrCat("must be ", least, " to ", most, " characters; there are ", count);
  }
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7F) {
      return "holds a control character; only line breaks and tabs are accepted";
    }
  }
  return "";
}

bool IsCaseIdentifier(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace maplebridge
