// Our own number of a dispute: D-<county6>-<year>-<serial7><check>, e.g. D-330102-2026-00000017.
// The check digit is ISO 7064 MOD 11,10 over the 17 digits before it: one digit, so that the number
// can be told by telephone; it finds every wrong digit and nearly every swap of neighbours. MOD
// 37,36 would bring letters for nothing. Serials rise within county and year and may have gaps.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace maplebridge::identifier {

struct DisputeNumber {
  std::string county6;  // 330102; 441900 for a city without districts
  int year = 0;         // 2000 to 2099
  int serial = 0;       // 1 to 9999999

  // Errors: INVALID_ARGUMENT naming "county6", "year" or "serial".
  static absl::StatusOr<DisputeNumber> Create(std::string_view county6, int year, int serial);
  // A small d is accepted. Errors: INVALID_ARGUMENT.
  static absl::StatusOr<DisputeNumber> Parse(std::string_view text);
  std::string ToString() const;
  friend bool operator==(const DisputeNumber&, const DisputeNumber&) = default;
};

}  // namespace maplebridge::identifier
