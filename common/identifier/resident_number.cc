#include "common/identifier/resident_number.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <utility>

#include "common/identifier/check_character.h"
#include "common/identifier/eighteen_characters.h"
#include "common/identifier/text.h"
#include "common/status/macros.h"

namespace maplebridge::identifier {
namespace {

int Number(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

}  // namespace

absl::StatusOr<EighteenCharacters> ParseEighteenCharacters(std::string_view what,
                                                           std::string_view rule,
                                                           std::string_view text,
                                                           absl::CivilDay today) {
  const auto wrong = [what](std::string_view fault) {
    return absl::InvalidArgumentError(absl::StrCat(std::string(what), ": ", std::string(fault)));
  };
  if (const std::string_view fault = FaultOfPlainText(text); !fault.empty()) return wrong(fault);
  if (text.size() != 18) {
    return wrong(
        absl::StrCat("it has ", text.size(), " characters, needed are 18: ", std::string(rule)));
  }
  EighteenCharacters number{.value = Capitals(text), .birth_date = {}};
  const std::string_view value = number.value;
  if (!AllDigits(value.substr(0, 17))) {
    return wrong("the first 17 characters must be digits 0-9");
  }
  if (!IsDigit(value[17]) && value[17] != 'X') {
    return wrong("the last character must be a digit 0-9 or X");
  }
  const int year = Number(value.substr(6, 4));
  const int month = Number(value.substr(10, 2));
  const int day = Number(value.substr(12, 2));
  number.birth_date = absl::CivilDay(year, month, day);
  // CivilDay normalises 30 February to March: a date that changed was none.
  if (year < 1850 || number.birth_date.year() != year || number.birth_date.month() != month ||
      number.birth_date.day() != day) {
    return wrong("characters 7 to 14 must be a birth date that exists, as YYYYMMDD");
  }
  if (number.birth_date > today)
    return wrong("the birth date (characters 7 to 14) is in the future");
  if (CheckCharacterMod11_2(value.substr(0, 17)) != value[17]) {
    return wrong(
        "the check character (the last) does not fit the 17 digits before it by ISO 7064 MOD 11-2; "
        "one of the 18 characters was mistyped");
  }
  return number;
}

absl::StatusOr<ResidentNumber> ResidentNumber::Parse(std::string_view text, absl::CivilDay today) {
  MB_ASSIGN_OR_RETURN(
      EighteenCharacters number,
      ParseEighteenCharacters("a resident identity number (GB 11643)",
                              "6 digits of the place, 8 of the birth date, 3 of sequence, and a "
                              "check character 0-9 or X",
                              text, today));
  if (number.value[0] == '0' || number.value[0] == '9') {
    return absl::InvalidArgumentError(
        "a resident identity number (GB 11643): the first six digits are a place in China and "
        "begin "
        "with 1 to 8; a foreign permanent residence card (from 9) is a document of its own kind");
  }
  ResidentNumber resident;
  resident.value_ = std::move(number.value);
  resident.birth_date_ = number.birth_date;
  return resident;
}

absl::StatusOr<std::string> GenerateResidentNumber(std::string_view division6, absl::CivilDay birth,
                                                   int sequence) {
  if (division6.size() != 6 || !AllDigits(division6) || division6[0] == '0' ||
      division6[0] == '9') {
    return absl::InvalidArgumentError("division6: six digits that begin with 1 to 8");
  }
  if (birth.year() < 1900 || birth.year() > 2099) {
    return absl::InvalidArgumentError("birth: the year is 1900 to 2099");
  }
  if (sequence < 0 || sequence > 999) return absl::InvalidArgumentError("sequence: 0 to 999");
  std::string number(division6);
  absl::StrAppendFormat(&number, "%04d%02d%02d%03d", birth.year(), birth.month(), birth.day(),
                        sequence);
  number.push_back(CheckCharacterMod11_2(number));
  return number;
}

}  // namespace maplebridge::identifier
