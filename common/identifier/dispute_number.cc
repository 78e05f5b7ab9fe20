#include "common/identifier/dispute_number.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include "common/identifier/check_character.h"
#include "common/identifier/text.h"

namespace maplebridge::identifier {
namespace {

constexpr size_t kLength = 22;  // D-330102-2026-00000017

absl::Status Wrong(std::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("a dispute number: ", std::string(fault),
                   "; accepted is D-<county, 6 digits>-<year>-<serial, 7 digits><check digit>"));
}

int Number(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

// The 17 digits that the check digit covers.
std::string Digits(const DisputeNumber& number) {
  return absl::StrFormat("%s%04d%07d", number.county6, number.year, number.serial);
}

}  // namespace

absl::StatusOr<DisputeNumber> DisputeNumber::Create(std::string_view county6, int year,
                                                    int serial) {
  if (county6.size() != 6 || !AllDigits(county6) || county6[0] == '0') {
    return absl::InvalidArgumentError("county6: six digits of a county, such as 330102");
  }
  if (year < 2000 || year > 2099) return absl::InvalidArgumentError("year: 2000 to 2099");
  if (serial < 1 || serial > 9'999'999) {
    return absl::InvalidArgumentError("serial: 1 to 9999999");
  }
  return DisputeNumber{std::string(county6), year, serial};
}

absl::StatusOr<DisputeNumber> DisputeNumber::Parse(std::string_view text) {
  if (text.size() != kLength || (text[0] != 'D' && text[0] != 'd') || text[1] != '-' ||
      text[8] != '-' || text[13] != '-' || !AllDigits(text.substr(2, 6)) ||
      !AllDigits(text.substr(9, 4)) || !AllDigits(text.substr(14))) {
    return Wrong("it is not written in this form");
  }
  const auto number =
      Create(text.substr(2, 6), Number(text.substr(9, 4)), Number(text.substr(14, 7)));
  if (!number.ok()) return Wrong(std::string(number.status().message()));
  if (CheckDigitMod11_10(Digits(*number)) != text[21]) {
    return Wrong(
        "the check digit (the last, ISO 7064 MOD 11,10) does not fit; a digit was mistyped");
  }
  return number;
}

std::string DisputeNumber::ToString() const {
  return absl::StrFormat("D-%s-%04d-%07d%c", county6, year, serial,
                         CheckDigitMod11_10(Digits(*this)));
}

}  // namespace maplebridge::identifier
