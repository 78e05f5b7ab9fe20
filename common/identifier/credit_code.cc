#include "common/identifier/credit_code.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <utility>

#include "common/identifier/text.h"
#include "common/status/macros.h"

namespace maplebridge::identifier {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr int kWeights[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};

absl::Status Wrong(std::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("a unified social credit code (GB 32100): ", std::string(fault)));
}

}  // namespace

absl::StatusOr<char> CreditCodeCheckCharacter(std::string_view first17) {
  if (first17.size() != 17) return Wrong("the check character stands after 17 others");
  int sum = 0;
  for (size_t i = 0; i < first17.size(); ++i) {
    const size_t value = kAlphabet.find(first17[i]);
    if (value == std::string_view::npos) {
      return Wrong("accepted are 0-9 and A-Z without I, O, S, V and Z");
    }
    sum += static_cast<int>(value) * kWeights[i];
  }
  return kAlphabet[(31 - sum % 31) % 31];
}

absl::StatusOr<CreditCode> CreditCode::Parse(std::string_view text) {
  if (const std::string_view fault = FaultOfPlainText(text); !fault.empty()) return Wrong(fault);
  if (text.size() != 18) {
    return Wrong(absl::StrCat("it has ", text.size(), " characters, needed are 18"));
  }
  CreditCode code;
  code.value_ = Capitals(text);
  const std::string_view value = code.value_;
  MB_ASSIGN_OR_RETURN(const char check, CreditCodeCheckCharacter(value.substr(0, 17)));
  if (!AllDigits(value.substr(2, 6))) {
    return Wrong("characters 3 to 8 are the division of registration and must be digits");
  }
  if (check != value[17]) {
    return Wrong(
        "the check character (the last) does not fit the 17 before it by weighted MOD 31; one of "
        "the 18 characters was mistyped");
  }
  return code;
}

}  // namespace maplebridge::identifier
