#include "common/party/checked_text.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/identifier/utf8.h"

namespace maplebridge {
int Characters(std::string_view text) {
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const std::size_t length = identifier::CharacterLength(text.substr(i));
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
