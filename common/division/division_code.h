// The statistical code of a place (行政区划代码): 12 digits, two for the province, two for the
// city, two for the county, three for the township, three for the village. A shorter code of 2, 4,
// 6 or 9 digits names the ancestor, and zeros on the right say the same in 12 digits.
#pragma once

#include <absl/status/statusor.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace maplebridge::division {

enum class Level : uint8_t { kProvince = 0, kCity, kCounty, kTownship, kVillage };
inline constexpr int kLevelCount = 5;
// "province", "city", "county", "township", "village".
std::string_view LevelName(Level level);
// How many digits a code of this level needs: 2, 4, 6, 9, 12.
int DigitsOf(Level level);

// A well-formed code; whether the place exists is for DivisionTree to say.
class DivisionCode {
 public:
  // Accepts 2, 4, 6, 9 or 12 ASCII digits. Errors: INVALID_ARGUMENT, text without the value.
  static absl::StatusOr<DivisionCode> Parse(std::string_view text);
  // From a number of 12 digits that Parse or the reference data produced.
  static constexpr DivisionCode FromNumber(uint64_t number) { return DivisionCode(number); }

  uint64_t number() const { return number_; }
  std::string ToString() const;  // always 12 digits
  // The digits that matter, cut at a level: "4419" for 441900000000. Always 2, 4, 6, 9 or 12.
  std::string Prefix() const;
  // The level that the zeros on the right tell. 441900000000 is a city.
  Level level() const;
  // The code of the place's ancestor (or itself) at `level`.
  DivisionCode At(Level level) const;
  // True for the place itself and everything inside it. This is the test of a place scope.
  bool Contains(DivisionCode other) const;
  // The last number that lies inside the place: its codes are [number, LastNumber].
  uint64_t LastNumber() const;

  friend auto operator<=>(const DivisionCode&, const DivisionCode&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const DivisionCode& code) {
    return H::combine(std::move(state), code.number_);
  }

 private:
  explicit constexpr DivisionCode(uint64_t number) : number_(number) {}
  uint64_t number_;
};

}  // namespace maplebridge::division
