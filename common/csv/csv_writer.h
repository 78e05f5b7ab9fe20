// Writes CSV (RFC 4180) for spreadsheets: every field quoted, CR LF, UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::csv {

// Stands before the first line: by it spreadsheets know that Chinese is UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// One line with its end. A text that a spreadsheet would take for a formula, because it begins with
// =, +, -, @, a tab or a carriage return, is led by an apostrophe.
std::string Line(const std::vector<std::string>& cells);

// The cell without the apostrophe that Line leads it by.
std::string Unguarded(std::string_view cell);

}  // namespace maplebridge::csv
