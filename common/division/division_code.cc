#include "common/division/division_code.h"

#include <absl/status/status.h>

namespace maplebridge::division {
namespace {

constexpr int kDigits[kLevelCount] = {2, 4, 6, 9, 12};
// What one place of each level spans in numbers of 12 digits.
constexpr uint64_t kSpan[kLevelCount] = {10'000'000'000, 100'000'000, 1'000'000, 1'000, 1};

}  // namespace

std::string_view LevelName(Level level) {
  constexpr std::string_view kNames[kLevelCount] = {"province", "city", "county", "township",
                                                    "village"};
  return kNames[static_cast<int>(level)];
}

int DigitsOf(Level level) { return kDigits[static_cast<int>(level)]; }

absl::StatusOr<DivisionCode> DivisionCode::Parse(std::string_view text) {
  int level = 0;
  while (level < kLevelCount && static_cast<size_t>(kDigits[level]) != text.size()) ++level;
  if (level == kLevelCount) {
    return absl::InvalidArgumentError(
        "a division code has 2, 4, 6, 9 or 12 digits (province, city, county, township, village)");
  }
  uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return absl::InvalidArgumentError(
          "a division code holds only the digits 0 to 9: no spaces, letters or full-width digits");
    }
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  number *= kSpan[level];
  if (number < kSpan[0] * 10) {
    return absl::InvalidArgumentError(
        "a division code begins with a province's two digits, such as 33; the first is not 0");
  }
  return DivisionCode(number);
}

std::string DivisionCode::ToString() const {
  std::string text(12, '0');
  uint64_t rest = number_;
  for (int i = 11; i >= 0; --i, rest /= 10) text[i] = static_cast<char>('0' + rest % 10);
  return text;
}

std::string DivisionCode::Prefix() const { return ToString().substr(0, DigitsOf(level())); }

Level DivisionCode::level() const {
  int level = 0;
  while (number_ % kSpan[level] != 0) ++level;
  return static_cast<Level>(level);
}

DivisionCode DivisionCode::At(Level level) const {
  return DivisionCode(number_ - number_ % kSpan[static_cast<int>(level)]);
}

bool DivisionCode::Contains(DivisionCode other) const {
  return number_ <= other.number_ && other.number_ <= LastNumber();
}

uint64_t DivisionCode::LastNumber() const { return number_ + kSpan[static_cast<int>(level())] - 1; }

}  // namespace maplebridge::division
