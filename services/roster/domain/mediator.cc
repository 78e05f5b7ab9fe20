#include "services/roster/domain/mediator.h"

#include <absl/strings/ascii.h>

#include <algorithm>

namespace maplebridge::roster {

std::string_view Word(Employment employment) {
  return employment == Employment::kFullTime ? "FULL_TIME" : "PART_TIME";
}

std::string_view Word(MediatorState state) {
  switch (state) {
    case MediatorState::kActive:
      return "ACTIVE";
    case MediatorState::kSuspended:
      return "SUSPENDED";
    case MediatorState::kEnded:
      return "ENDED";
  }
  return "";
}

std::string_view Word(Sex sex) { return sex == Sex::kFemale ? "FEMALE" : "MALE"; }

std::optional<Employment> EmploymentOf(std::string_view word) {
  for (Employment employment : {Employment::kFullTime, Employment::kPartTime}) {
    if (Word(employment) == word) return employment;
  }
  return std::nullopt;
}

std::optional<MediatorState> MediatorStateOf(std::string_view word) {
  for (MediatorState state :
       {MediatorState::kActive, MediatorState::kSuspended, MediatorState::kEnded}) {
    if (Word(state) == word) return state;
  }
  return std::nullopt;
}

std::optional<Sex> SexOf(std::string_view word) {
  for (Sex sex : {Sex::kFemale, Sex::kMale}) {
    if (Word(sex) == word) return sex;
  }
  return std::nullopt;
}

std::optional<ResidentNumberFacts> ReadResidentNumber(std::string_view number) {
  if (number.size() != 18) return std::nullopt;
  const std::string_view digits = number.substr(0, 17);
  const bool is_number = std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  const char last = number[17];
  if (!is_number ||
      !(absl::ascii_isdigit(static_cast<unsigned char>(last)) || last == 'X' || last == 'x')) {
    return std::nullopt;
  }
  auto value = [&](std::size_t from, std::size_t count) {
    int parsed = 0;
    for (char c : digits.substr(from, count)) parsed = parsed * 10 + (c - '0');
    return parsed;
  };
  const int year = value(6, 4);
  const int month = value(10, 2);
  const int day = value(12, 2);
  const absl::CivilDay birth_day(year, month, day);
  if (birth_day.year() != year || birth_day.month() != month || birth_day.day() != day) {
    return std::nullopt;
  }
  return ResidentNumberFacts{(digits[16] - '0') % 2 == 1 ? Sex::kMale : Sex::kFemale, birth_day};
}

bool IsAdult(absl::CivilDay birth_day, absl::CivilDay today) {
  return absl::CivilDay(birth_day.year() + 18, birth_day.month(), birth_day.day()) <= today;
}

}  // namespace maplebridge::roster
