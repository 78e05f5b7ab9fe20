// Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters of 0-9 and A-Z
// without I, O, S, V, Z: authority and kind, division of registration, organisation code, check
// (MOD 31).
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace maplebridge::identifier {

class CreditCode {
 public:
  // Small letters are stored as capitals. Errors: INVALID_ARGUMENT, text without the value.
  static absl::StatusOr<CreditCode> Parse(std::string_view text);
  const std::string& value() const { return value_; }
  friend bool operator==(const CreditCode&, const CreditCode&) = default;

 private:
  std::string value_;
};

// The check character for the first 17. Errors: INVALID_ARGUMENT for a wrong length or alphabet.
absl::StatusOr<char> CreditCodeCheckCharacter(std::string_view first17);

}  // namespace maplebridge::identifier
