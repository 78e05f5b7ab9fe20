// Telephone numbers: mobile (1[3-9] and nine digits), landline with area code (0571-87654321,
// maybe an extension), or international (+ and 7 to 15 digits, ITU-T E.164).
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace maplebridge::identifier {

enum class TelephoneKind { kMobile, kLandline, kInternational };

class Telephone {
 public:
  // Hyphens, spaces and round brackets between digits are dropped; +86 and 0086 before a Chinese
  // number too. Normalised: "13800000000", "0571-87654321", "0571-87654321-801", "+85221234567".
  // Errors: INVALID_ARGUMENT, text without the value.
  static absl::StatusOr<Telephone> Parse(std::string_view text);
  const std::string& value() const { return value_; }
  TelephoneKind kind() const { return kind_; }
  friend bool operator==(const Telephone&, const Telephone&) = default;

 private:
  std::string value_;
  TelephoneKind kind_ = TelephoneKind::kMobile;
};

}  // namespace maplebridge::identifier
