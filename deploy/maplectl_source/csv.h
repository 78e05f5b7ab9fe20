// CSV as people's programs write it (RFC 4180): quoted fields, CR LF or LF, a byte order mark.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::maplectl {

struct CsvTable {
  std::vector<std::string> heading;
  std::vector<std::vector<std::string>> rows;
  // Line on which each row begins, from 1.
  std::vector<int> lines;
};

// INVALID_ARGUMENT names the line that has another number of fields than the heading, or a quote
// that is never closed.
absl::StatusOr<CsvTable> ParseCsv(std::string_view text);
// Place of the column; INVALID_ARGUMENT says which columns there are.
absl::StatusOr<std::size_t> ColumnOf(const CsvTable& table, std::string_view name);
// Appends one line with its end, quoted where needed.
void AppendCsvLine(const std::vector<std::string>& fields, std::string* text);

}  // namespace maplebridge::maplectl
