// Rules about a mediator as a person (People's Mediation Law art. 14).
#pragma once

#include <absl/time/civil_time.h>

#include <optional>
#include <string>
#include <string_view>

#include "services/roster/domain/filing.h"

namespace maplebridge::roster {

enum class Employment { kFullTime, kPartTime };
enum class MediatorState { kActive, kSuspended, kEnded };

std::string_view Word(Employment employment);
std::string_view Word(MediatorState state);
std::string_view Word(Sex sex);
std::optional<Employment> EmploymentOf(std::string_view word);
std::optional<MediatorState> MediatorStateOf(std::string_view word);
std::optional<Sex> SexOf(std::string_view word);

// What a resident identity number says of its holder (GB 11643-1999): digits 7 to 14 are the day of
// birth, the 17th is odd for a man and even for a woman. Null for anything but 17 digits and a
// digit or X; the check character is not looked at here.
struct ResidentNumberFacts {
  Sex sex;
  absl::CivilDay birth_day;
};
std::optional<ResidentNumberFacts> ReadResidentNumber(std::string_view number);

// True from the 18th birthday on: a mediator is an adult (PML 14). One born on 29 February is of
// age on 1 March of a year without that day.
bool IsAdult(absl::CivilDay birth_day, absl::CivilDay today);

}  // namespace maplebridge::roster
