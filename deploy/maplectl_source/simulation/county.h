// A county as the plan sees it: townships, villages, and how many live there by a rough table.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/division/division_tree.h"

namespace maplebridge::maplectl {

struct Village {
  std::string code;  // 12 digits
  std::string name;  // "新合村"
  int population = 0;
};

struct Township {
  std::string code;  // 9 digits
  std::string name;
  std::vector<Village> villages;
};

struct County {
  std::string code;  // 6 digits
  std::string name;
  std::vector<Township> townships;

  int population() const;
  int village_count() const;
};

// INVALID_ARGUMENT when the code is no county with townships and villages.
absl::StatusOr<County> ReadCounty(const division::DivisionTree& divisions, std::string_view code,
                                  std::uint64_t seed);

}  // namespace maplebridge::maplectl
