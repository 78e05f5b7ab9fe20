#include "common/csv/csv_writer.h"

#include <absl/strings/str_join.h>

namespace maplebridge::csv {
namespace {

bool LooksLikeFormula(std::string_view cell) {
  return !cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos;
}

std::string Quoted(const std::string& cell) {
  std::string quoted = LooksLikeFormula(cell) ? "\"'" : "\"";
  for (const char character : cell) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + "\"";
}

}  // namespace

std::string Line(const std::vector<std::string>& cells) {
  std::vector<std::string> quoted;
  for (const std::string& cell : cells) quoted.push_back(Quoted(cell));
  return absl::StrJoin(quoted, ",") + "\r\n";
}

std::string Unguarded(std::string_view cell) {
  const bool is_guarded = cell.starts_with('\'') && LooksLikeFormula(cell.substr(1));
  return std::string(cell.substr(is_guarded ? 1 : 0));
}

}  // namespace maplebridge::csv
