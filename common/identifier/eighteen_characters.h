// What the numbers of 18 characters built like GB 11643 share: digits, a birth date at the seventh,
// and a check character by ISO 7064 MOD 11-2. Internal to this folder.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <string>
#include <string_view>

namespace maplebridge::identifier {

struct EighteenCharacters {
  std::string value;  // a small x made X
  absl::CivilDay birth_date;
};

// `what`: "a resident identity number", the beginning of every error text. `rule`: how its 18
// characters are made up, for the text about a wrong length.
absl::StatusOr<EighteenCharacters> ParseEighteenCharacters(std::string_view what,
                                                           std::string_view rule,
                                                           std::string_view text,
                                                           absl::CivilDay today);

}  // namespace maplebridge::identifier
