// The divisions of China, all five levels, looked up in a sorted array that is mapped read-only
// from the reference data file. Every lookup is O(log n). Thread safety: never changes.
//
// Where the source has a row that only stands in for its parent under the same 12-digit code (area
// 441900 under city 4419 for 东莞, likewise 4420 and 4604; 金门县 down to a village), both are one
// division here, of the higher level: 东莞 goes straight from city to township.
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/division/division_code.h"

namespace maplebridge::division {

// One division as it stands in the file, little-endian, sorted by code: a place is directly before
// everything inside it.
struct DivisionRow {
  uint64_t code;
  uint32_t parent;       // index of the parent's row; kNoParent for a province
  uint32_t inside;       // how many rows of the array lie inside this place, without itself
  uint32_t name_offset;  // into the block of names
  uint8_t name_length;   // bytes of UTF-8
  uint8_t level;         // the highest level at which the source lists this code
  uint8_t lowest_level;  // the lowest, differs from `level` only for rows that stand in
  uint8_t reserved;
};
static_assert(sizeof(DivisionRow) == 24);
inline constexpr uint32_t kNoParent = 0xFFFFFFFF;

struct Division {
  DivisionCode code;
  Level level;
  std::string_view name;  // lives as long as the reference data
  std::optional<DivisionCode> parent;
  bool has_children;
};

struct DivisionPage {
  std::vector<Division> divisions;
  std::string next_page_token;  // empty on the last page
};

class DivisionTree {
 public:
  DivisionTree() = default;
  // Checks the order, every parent, every count and every name once. Errors: DATA_LOSS. The spans
  // must outlive the tree.
  static absl::StatusOr<DivisionTree> Create(std::span<const DivisionRow> rows,
                                             std::string_view names);

  // Empty when there is no such place in the loaded table.
  std::optional<Division> Find(DivisionCode code) const;
  // Takes 2, 4, 6, 9 or 12 digits. Errors: INVALID_ARGUMENT for a malformed code, NOT_FOUND for
  // one that is not in the table.
  absl::StatusOr<Division> Find(std::string_view code) const;
  // "3301" -> 330100000000 when that place exists. Errors: INVALID_ARGUMENT in both cases, for use
  // on a field of a request.
  absl::StatusOr<DivisionCode> Normalise(std::string_view code) const;

  // From the province down, without the place itself. Empty for an unknown code.
  std::vector<Division> Ancestors(DivisionCode code) const;
  // The places directly inside, by code. No code: the provinces. `page_size` 1 to 1000, 0 for 100.
  // Errors: INVALID_ARGUMENT for page_size or page_token, NOT_FOUND for the code.
  absl::StatusOr<DivisionPage> Children(std::optional<DivisionCode> code, int page_size,
                                        std::string_view page_token) const;
  // Places inside `code` (or itself) that have none below them, villages as a rule, with codes
  // above `after` (0 for all), by code, at most `limit`. Empty for an unknown code.
  std::vector<Division> Leaves(DivisionCode code, uint64_t after, int limit) const;
  // How many there are.
  int CountLeaves(DivisionCode code) const;
  // True when `ancestor` is truly above `code`; both must exist.
  bool IsAncestor(DivisionCode ancestor, DivisionCode code) const;
  // "浙江省杭州市上城区": names from the province down, without fillers such as 市辖区.
  // Empty for an unknown code.
  std::string FullName(DivisionCode code) const;

  size_t size() const { return rows_.size(); }  // distinct codes
  // Rows of the source at each level; stand-ins count at each level at which they stand.
  const std::array<size_t, kLevelCount>& source_rows() const { return source_rows_; }

 private:
  const DivisionRow* FindRow(DivisionCode code) const;
  Division ToDivision(const DivisionRow& row) const;

  std::span<const DivisionRow> rows_;
  std::string_view names_;
  std::array<size_t, kLevelCount> source_rows_{};
};

}  // namespace maplebridge::division
