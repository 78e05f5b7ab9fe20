// Resident identity number (公民身份号码), GB 11643-1999: six digits of the division of issue,
// eight of the birth date, three of sequence (odd for men), one check character by ISO 7064 MOD
// 11-2. The division is not looked up: it may have been abolished since. No text ever holds the
// value.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <string>
#include <string_view>

namespace maplebridge::identifier {

enum class Sex { kMale, kFemale };

class ResidentNumber {
 public:
  // A small x is stored as X. `today`: the day in China; a birth date after it is refused.
  // Errors: INVALID_ARGUMENT saying what was wrong, the rule, and what is accepted.
  static absl::StatusOr<ResidentNumber> Parse(std::string_view text, absl::CivilDay today);

  const std::string& value() const { return value_; }
  std::string_view division6() const { return std::string_view(value_).substr(0, 6); }
  absl::CivilDay birth_date() const { return birth_date_; }
  Sex sex() const { return (value_[16] - '0') % 2 == 1 ? Sex::kMale : Sex::kFemale; }

  friend bool operator==(const ResidentNumber&, const ResidentNumber&) = default;

 private:
  std::string value_;
  absl::CivilDay birth_date_;
};

// An invented number with a right check character, for tests and demonstrations. Errors:
// INVALID_ARGUMENT for "division6" (six digits), "birth" (year 1900 to 2099), "sequence" (0 to
// 999).
absl::StatusOr<std::string> GenerateResidentNumber(std::string_view division6, absl::CivilDay birth,
                                                   int sequence);

}  // namespace maplebridge::identifier
