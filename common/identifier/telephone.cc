#include "common/identifier/telephone.h"

#include <absl/status/status.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "common/identifier/text.h"
#include "common/status/macros.h"

namespace maplebridge::identifier {
namespace {

constexpr std::string_view kAccepted =
    "accepted are a mobile number (11 digits from 13 to 19), a landline with area code (such as "
    "0571-87654321, maybe with -801 after it), or + with country code and 7 to 15 digits in all";

absl::Status Wrong(std::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("a telephone number: ", std::string(fault), "; ", std::string(kAccepted)));
}

bool IsMobile(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

// Area codes have three digits for 010 and 02x, else four; numbers seven or eight.
size_t AreaCodeLength(std::string_view digits) {
  return digits.size() > 1 && (digits[1] == '1' || digits[1] == '2') ? 3 : 4;
}

bool IsLandline(std::string_view digits) {
  if (digits.size() < 10 || digits[0] != '0' || digits[1] == '0') return false;
  if (digits[1] == '1' && digits[2] != '0') return false;  // 010 is Beijing, 011 to 019 are none
  const size_t area = AreaCodeLength(digits);
  const size_t number = digits.size() - area;
  const char first = digits[area];
  return (number == 8 || (number == 7 && area == 4)) && first >= '2' && first <= '8';
}

// What was typed: a leading + apart, hyphens kept, spaces and round brackets dropped.
struct Typed {
  bool is_international = false;
  std::string text;
};

absl::StatusOr<Typed> ReadTyped(std::string_view text) {
  Typed typed;
  for (const char c : text) {
    if (IsDigit(c) || (c == '-' && !typed.text.empty())) {
      typed.text.push_back(c);
    } else if (c == '+' && typed.text.empty() && !typed.is_international) {
      typed.is_international = true;
    } else if (c != ' ' && c != '(' && c != ')') {
      return Wrong(FaultOfPlainText(text).starts_with("full-width")
                       ? "full-width characters are not accepted"
                       : "it holds a character that is no digit, space, bracket, hyphen between "
                         "digits or leading +");
    }
  }
  if (typed.text.empty()) return Wrong("it holds no digits");
  return typed;
}

std::string WithoutHyphens(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '-');
  return digits;
}

// A national number with its hyphens as typed: the third part of 0571-87654321-801 is the
// extension, that of 138-0013-8000 and 0571-8765-4321 is not.
struct National {
  std::string digits;
  std::string extension;
};

National SplitExtension(std::string_view typed) {
  const size_t first = typed.find('-');
  const size_t second = first == std::string_view::npos ? first : typed.find('-', first + 1);
  if (second != std::string_view::npos) {
    const std::string digits = WithoutHyphens(typed.substr(0, second));
    if (IsLandline(digits)) return {digits, WithoutHyphens(typed.substr(second))};
  }
  return {WithoutHyphens(typed), ""};
}

// Behind +86 or 0086: the zero of the area code is left out abroad.
std::string AtHome(std::string_view behind_country_code) {
  std::string national(behind_country_code);
  national.erase(0, std::min(national.find_first_not_of('-'), national.size()));
  if (!IsMobile(WithoutHyphens(national)) && !absl::StartsWith(national, "0")) {
    national.insert(0, 1, '0');
  }
  return national;
}

}  // namespace

absl::StatusOr<Telephone> Telephone::Parse(std::string_view text) {
  MB_ASSIGN_OR_RETURN(Typed typed, ReadTyped(text));
  if (!typed.is_international && absl::StartsWith(typed.text, "00")) {
    typed.text.erase(0, 2);
    typed.is_international = true;
  }
  const bool of_china = typed.is_international && absl::StartsWith(typed.text, "86");
  Telephone telephone;
  if (typed.is_international && !of_china) {
    const std::string digits = WithoutHyphens(typed.text);
    if (digits.size() < 7 || digits.size() > 15 || digits[0] == '0') {
      return Wrong("an international number has 7 to 15 digits and no country code begins with 0");
    }
    telephone.value_ = absl::StrCat("+", digits);
    telephone.kind_ = TelephoneKind::kInternational;
    return telephone;
  }
  const National number = SplitExtension(of_china ? AtHome(typed.text.substr(2)) : typed.text);
  if (IsMobile(number.digits)) {
    telephone.value_ = number.digits;
    telephone.kind_ = TelephoneKind::kMobile;
    return telephone;
  }
  if (!IsLandline(number.digits)) {
    return Wrong(of_china ? "after the country code 86 stands no Chinese mobile or landline number"
                 : number.digits[0] == '1'
                     ? "a mobile number has 11 digits and its second is 3 to 9"
                 : number.digits[0] == '0'
                     ? "an area code and a number of seven or eight digits were expected"
                     : "the area code is missing");
  }
  if (number.extension.size() > 6) return Wrong("an extension has 1 to 6 digits");
  const size_t area = AreaCodeLength(number.digits);
  telephone.value_ = absl::StrCat(number.digits.substr(0, area), "-", number.digits.substr(area),
                                  number.extension.empty() ? "" : "-", number.extension);
  telephone.kind_ = TelephoneKind::kLandline;
  return telephone;
}

}  // namespace maplebridge::identifier
