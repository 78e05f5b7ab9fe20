// One-time codes: six digits that prove that a party holds the telephone it named.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace maplebridge::registry {

inline constexpr absl::Duration kCodeLife = absl::Minutes(10);
inline constexpr absl::Duration kCodePause = absl::Minutes(1);
inline constexpr absl::Duration kLinkLife = absl::Hours(7 * 24);
inline constexpr int kMostTries = 5;
inline constexpr int kMostCodes = 10;

// Where a link stands with its codes.
struct CodeCourse {
  // Unset when none was sent, or the last was used up.
  std::optional<absl::Time> code_expire_time;
  std::optional<absl::Time> code_time;
  int code_count = 0;
  int try_count = 0;
};

// Six digits, "004711", from 64 random bits.
std::string OneTimeCode(std::uint64_t random);
bool IsOneTimeCode(std::string_view text);
// Empty when another code may be sent now; else why not.
std::string WhyNoNewCode(const CodeCourse& course, absl::Time now);
// Empty when the last code may still be tried; else why not.
std::string WhyCodeIsDead(const CodeCourse& course, absl::Time now);

}  // namespace maplebridge::registry
