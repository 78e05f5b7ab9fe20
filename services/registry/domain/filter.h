// Filters as callers write them (AIP-160): comparisons joined by AND, OR, NOT and parentheses; OR
// binds more tightly than AND. A bare word without a field is not accepted.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

enum class Comparator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kHas,
};

struct Filter {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kComparison };
  Kind kind = Kind::kComparison;
  // Two or more of an AND or OR, one of a NOT.
  std::vector<Filter> parts;
  // Of a comparison.
  std::string field;
  Comparator comparator = Comparator::kEqual;
  std::string value;
};

inline constexpr std::size_t kLongestFilter = 2000;  // bytes
inline constexpr int kMostComparisons = 50;
inline constexpr int kDeepestFilter = 20;

// INVALID_ARGUMENT says what was wrong and at which character, counted from 1. An empty text is no
// filter and is not accepted.
absl::StatusOr<Filter> ParseFilter(std::string_view text);

std::string_view Sign(Comparator comparator);  // "=", "!=", …

}  // namespace maplebridge::registry
