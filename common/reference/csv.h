// The little of CSV (RFC 4180) that the source tables use.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::reference {

// Calls `row` for every line after the heading with the fields of `columns`, in that order. Quoted
// fields may hold commas, doubled quotes and line ends. Errors: INVALID_ARGUMENT for a column that
// the heading lacks or a line with another number of fields (the text has the line number), and
// whatever `row` returns.
absl::Status ReadCsv(std::string_view text, const std::vector<std::string_view>& columns,
                     const std::function<absl::Status(const std::vector<std::string>&)>& row);

}  // namespace maplebridge::reference
