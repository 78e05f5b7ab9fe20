// Court case number (案号): （2023）京0105民诉前调1234号. Year, court code, type characters,
// serial; the form that holds since 2016 (法〔2015〕137号). One stored form, so that any spelling
// finds it.
#pragma once

#include <absl/status/statusor.h>

#include <span>
#include <string>
#include <string_view>

namespace maplebridge::identifier {

struct CaseType {
  std::string_view characters;  // 民诉前调
  std::string_view meaning;     // "pre-litigation mediation"
};
// The types that are accepted.
std::span<const CaseType> CaseTypes();

struct CaseNumber {
  int year = 0;        // 2016 to 2099
  std::string court;   // 京0105: province character and no, two or four digits; or 最高法
  std::string type;    // 民诉前调
  int64_t serial = 0;  // 1 to 99999999

  // Full-width or half-width or square brackets, full-width digits, leading zeros of the serial and
  // spaces are accepted. Errors: INVALID_ARGUMENT saying which part was wrong, without the value.
  static absl::StatusOr<CaseNumber> Parse(std::string_view text);
  std::string ToString() const;  // the stored form, full-width brackets
  friend bool operator==(const CaseNumber&, const CaseNumber&) = default;
};

}  // namespace maplebridge::identifier
