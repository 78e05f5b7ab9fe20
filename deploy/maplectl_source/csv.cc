#include "deploy/maplectl_source/csv.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "deploy/maplectl_source/console.h"

namespace maplebridge::maplectl {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Reads one record after the other.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) position_ = kByteOrderMark.size();
  }

  bool at_end() const { return position_ >= text_.size(); }
  int line() const { return line_; }

  // False when a quote is never closed.
  bool Next(std::vector<std::string>* fields) {
    fields->clear();
    while (true) {
      fields->emplace_back();
      if (!ReadField(&fields->back())) return false;
      if (at_end()) return true;
      const char end = text_[position_++];
      if (end == ',') continue;
      if (end == '\r' && !at_end() && text_[position_] == '\n') ++position_;
      ++line_;
      return true;
    }
  }

 private:
  bool ReadField(std::string* field) {
    if (at_end() || text_[position_] != '"') {
      const std::size_t end = std::min(text_.find_first_of(",\r\n", position_), text_.size());
      field->assign(text_.substr(position_, end - position_));
      position_ = end;
      return true;
    }
    for (++position_; !at_end(); ++position_) {
      const char character = text_[position_];
      if (character == '\n') ++line_;
      if (character != '"') {
        field->push_back(character);
        continue;
      }
      if (position_ + 1 < text_.size() && text_[position_ + 1] == '"') {
        field->push_back('"');
        ++position_;
        continue;
      }
      ++position_;
      return at_end() || absl::string_view(",\r\n").find(text_[position_]) != std::string::npos;
    }
    return false;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int line_ = 1;
};

}  // namespace

absl::StatusOr<CsvTable> ParseCsv(std::string_view text) {
  Reader reader(text);
  CsvTable table;
  std::vector<std::string> fields;
  while (!reader.at_end()) {
    const int line = reader.line();
    if (!reader.Next(&fields)) {
      return Problem(absl::StatusCode::kInvalidArgument,
                     absl::StrCat("line ", line, ": a quoted field does not end"),
                     "close the quote; a quote inside a field is written twice");
    }
    if (fields.size() == 1 && fields[0].empty()) continue;  // an empty line
    if (table.heading.empty()) {
      table.heading = fields;
      continue;
    }
    if (fields.size() != table.heading.size()) {
      return Problem(absl::StatusCode::kInvalidArgument,
                     absl::StrCat("line ", line, " has ", fields.size(), " fields, the heading ",
                                  table.heading.size()),
                     "a field with a comma stands in quotes");
    }
    table.rows.push_back(fields);
    table.lines.push_back(line);
  }
  return table;
}

absl::StatusOr<std::size_t> ColumnOf(const CsvTable& table, std::string_view name) {
  auto found = std::find(table.heading.begin(), table.heading.end(), name);
  if (found != table.heading.end()) {
    return static_cast<std::size_t>(found - table.heading.begin());
  }
  return Problem(absl::StatusCode::kInvalidArgument,
                 absl::StrCat("the heading has no column ", std::string(name)),
                 absl::StrCat("its columns are: ", absl::StrJoin(table.heading, ", ")));
}

void AppendCsvLine(const std::vector<std::string>& fields, std::string* text) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text->push_back(',');
    const std::string& field = fields[i];
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      text->append(field);
      continue;
    }
    text->push_back('"');
    for (const char character : field) {
      if (character == '"') text->push_back('"');
      text->push_back(character);
    }
    text->push_back('"');
  }
  text->push_back('\n');
}

}  // namespace maplebridge::maplectl
