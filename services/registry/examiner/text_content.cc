#include <absl/strings/ascii.h>

#include <algorithm>

#include "common/identifier/utf8.h"
#include "common/status/reason.h"
#include "services/registry/examiner/examine.h"

namespace maplebridge::registry {
namespace {

using Byte = unsigned char;

Byte At(std::string_view bytes, std::size_t i) { return static_cast<Byte>(bytes[i]); }

bool IsBetween(Byte byte, Byte first, Byte last) { return byte >= first && byte <= last; }

// Of the codes below the space, text has these only.
bool IsTextControl(Byte byte) {
  return byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

// GB 18030, 5: one, two or four bytes.
std::size_t Gb18030Length(std::string_view bytes) {
  if (At(bytes, 0) < 0x80) return 1;
  if (!IsBetween(At(bytes, 0), 0x81, 0xFE) || bytes.size() < 2) return 0;
  const Byte second = At(bytes, 1);
  if (IsBetween(second, 0x40, 0xFE) && second != 0x7F) return 2;
  const bool is_four = IsBetween(second, 0x30, 0x39) && bytes.size() >= 4 &&
                       IsBetween(At(bytes, 2), 0x81, 0xFE) && IsBetween(At(bytes, 3), 0x30, 0x39);
  return is_four ? 4 : 0;
}

bool IsText(std::string_view bytes, std::size_t (*length_of)(std::string_view)) {
  while (!bytes.empty()) {
    const Byte first = At(bytes, 0);
    if (first == 0x7F || (first < 0x20 && !IsTextControl(first))) return false;
    const std::size_t length = length_of(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

// A browser that looks at the bytes would show this as a page.
bool IsMarkup(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  const std::size_t begin = bytes.find_first_not_of(" \t\r\n\f");
  if (begin != std::string_view::npos && bytes[begin] == '<') return true;
  std::string head(bytes.substr(0, 4096));
  absl::AsciiStrToLower(&head);
  for (const char* tag : {"<script", "<html", "<body", "<svg", "<iframe"}) {
    if (head.find(tag) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Verdict ExamineText(std::string_view bytes) {
  const bool is_text = IsText(bytes, &identifier::CharacterLength) || IsText(bytes, &Gb18030Length);
  if (!is_text || IsMarkup(bytes)) return RefusedFor(reason::kFileTypeRefused);
  return Kept("text/plain");
}

}  // namespace maplebridge::registry
