// Reads the columns of a row one after the other, in the order in which the statement names them.
#pragma once

#include <absl/strings/str_split.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/parameters.h"
#include "common/postgres/result.h"

namespace maplebridge::docking {

// Arrays are selected as array_to_string(…, E'\x1f'): elements parted by the unit separator.
class ColumnReader {
 public:
  explicit ColumnReader(const postgres::Row& row) : row_(row) {}

  std::string Text() { return row_.Text(next_++); }
  std::int64_t Int64() { return row_.Int64(next_++); }
  int Int() { return static_cast<int>(Int64()); }
  bool Bool() { return row_.Bool(next_++); }
  absl::Time Time() { return row_.Time(next_++); }
  std::optional<absl::Time> OptionalTime() { return row_.OptionalTime(next_++); }
  absl::CivilDay Day() { return row_.Day(next_++); }
  std::optional<absl::CivilDay> OptionalDay() {
    const int column = next_++;
    if (row_.IsNull(column)) return std::nullopt;
    return row_.Day(column);
  }
  std::optional<std::string> OptionalBytes() {
    const int column = next_++;
    if (row_.IsNull(column)) return std::nullopt;
    return row_.Bytes(column);
  }
  std::vector<std::string> List() {
    const std::string joined = Text();
    if (joined.empty()) return {};
    return absl::StrSplit(joined, '\x1f');
  }
  void Skip(int columns) { next_ += columns; }

 private:
  postgres::Row row_;
  int next_ = 0;
};

inline std::string TextArray(const std::vector<std::string>& values) {
  postgres::ArrayParameter array;
  for (const std::string& value : values) array.Push(std::string_view(value));
  return array.Take();
}

}  // namespace maplebridge::docking
