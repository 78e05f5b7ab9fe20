#include "services/roster/domain/text_rule.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace maplebridge::roster {
namespace {

// Number of Unicode characters; the host has refused what is not UTF-8.
int Characters(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsBlank(std::string_view text) {
  constexpr std::string_view kIdeographicSpace = "\u3000";
  while (!text.empty()) {
    if (text.starts_with(kIdeographicSpace)) {
      text.remove_prefix(kIdeographicSpace.size());
    } else if (text[0] == ' ' || text[0] == '\t' || text[0] == '\r' || text[0] == '\n') {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::string CheckLength(std::string_view text, int least, int most) {
  const int count = Characters(text);
  if (count < least || count > most) {
    return absl::StrCat("must be ", least, " to ", most, " characters; there are ", count);
  }
  if (least > 0 && IsBlank(text)) return "must not be blank";
  return "";
}

}  // namespace

std::string CheckLine(std::string_view text, int least, int most) {
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return "holds a control character; write one line of plain text";
  }
  return CheckLength(text, least, most);
}

std::string CheckText(std::string_view text, int least, int most) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return IsControl(c) && c != '\n' && c != '\r' && c != '\t';
  });
  if (has_control) return "holds a control character; only line breaks and tabs are accepted";
  return CheckLength(text, least, most);
}

bool IsCategoryCode(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace maplebridge::roster
