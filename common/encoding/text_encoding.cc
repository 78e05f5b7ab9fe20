#include "common/encoding/text_encoding.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <iconv.h>

#include "common/identifier/utf8.h"

namespace maplebridge {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Place of the first byte that is no UTF-8; npos when all is.
std::size_t FirstWrongByte(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = identifier::CharacterLength(bytes.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

class Converter {
 public:
  Converter() : handle_(iconv_open("UTF-8", "GB18030")) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  // The text, and how many bytes of `bytes` were read: all unless one of them is wrong.
  std::string Convert(std::string_view bytes, std::size_t* read) {
    // Two bytes become three at most, four become four.
    std::string text(bytes.size() + bytes.size() / 2 + 4, '\0');
    // iconv does not write to its input.
    char* from = const_cast<char*>(bytes.data());
    std::size_t from_left = bytes.size();
    char* to = text.data();
    std::size_t to_left = text.size();
    (void)iconv(handle_, &from, &from_left, &to, &to_left);
    *read = bytes.size() - from_left;
    text.resize(text.size() - to_left);
    return text;
  }

 private:
  iconv_t handle_;
};

}  // namespace

absl::StatusOr<std::string> ToUtf8(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return absl::InvalidArgumentError("is in UTF-16; save it as CSV in UTF-8 or GB18030");
  }
  const bool has_mark = bytes.starts_with(kByteOrderMark);
  const std::string_view text = bytes.substr(has_mark ? kByteOrderMark.size() : 0);
  const std::size_t wrong = FirstWrongByte(text);
  if (wrong == std::string_view::npos) return std::string(text);
  if (has_mark) {
    return absl::InvalidArgumentError(absl::StrCat("begins as UTF-8 does, but byte ",
                                                   wrong + kByteOrderMark.size() + 1,
                                                   " is none; save it anew as CSV in UTF-8"));
  }
  Converter converter;
  if (!converter.is_open()) return absl::InternalError("there is no converter of GB18030");
  std::size_t read = 0;
  std::string converted = converter.Convert(bytes, &read);
  if (read == bytes.size()) return converted;
  return absl::InvalidArgumentError(absl::StrCat("is neither UTF-8 (byte ", wrong + 1,
                                                 " is none) nor GB18030 (byte ", read + 1,
                                                 " is none); save it anew as CSV in UTF-8"));
}

}  // namespace maplebridge
