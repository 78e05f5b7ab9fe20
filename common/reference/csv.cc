#include "common/reference/csv.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/status/macros.h"

namespace maplebridge::reference {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ >= text_.size(); }
  size_t line() const { return line_; }

  // One record; `fields` keeps its strings' memory from record to record.
  absl::Status Next(std::vector<std::string>& fields) {
    ++line_;
    size_t count = 0;
    while (true) {
      if (count == fields.size()) fields.emplace_back();
      std::string& field = fields[count++];
      field.clear();
      MB_RETURN_IF_ERROR(Field(field));
      if (AtEnd()) break;
      const char end = text_[at_++];
      if (end == ',') continue;
      if (end == '\r' && !AtEnd() && text_[at_] == '\n') ++at_;
      break;
    }
    fields.resize(count);
    return absl::OkStatus();
  }

 private:
  absl::Status Field(std::string& field) {
    if (AtEnd() || text_[at_] != '"') {
      const size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      field.assign(text_.substr(at_, end - at_));
      at_ = end;
      return absl::OkStatus();
    }
    for (++at_; !AtEnd(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (AtEnd() || text_[at_] != '"') return Closed();
      }
      field.push_back(text_[at_]);
    }
    return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": a quoted field has no end"));
  }

  absl::Status Closed() const {
    if (AtEnd() || text_[at_] == ',' || text_[at_] == '\r' || text_[at_] == '\n') {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line_, ": text follows the end of a quoted field"));
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 0;
};

}  // namespace

absl::Status ReadCsv(std::string_view text, const std::vector<std::string_view>& columns,
                     const std::function<absl::Status(const std::vector<std::string>&)>& row) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  Reader reader(text);
  std::vector<std::string> fields;
  MB_RETURN_IF_ERROR(reader.Next(fields));
  const size_t width = fields.size();
  std::vector<size_t> positions;
  for (const std::string_view column : columns) {
    const auto found = std::find(fields.begin(), fields.end(), column);
    if (found == fields.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line 1: there is no column ", std::string(column)));
    }
    positions.push_back(static_cast<size_t>(found - fields.begin()));
  }
  std::vector<std::string> wanted(columns.size());
  while (!reader.AtEnd()) {
    MB_RETURN_IF_ERROR(reader.Next(fields));
    if (fields.size() != width) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", reader.line(), ": has ", fields.size(), " fields, the heading has ", width));
    }
    for (size_t i = 0; i < positions.size(); ++i) wanted[i].swap(fields[positions[i]]);
    MB_RETURN_IF_ERROR(row(wanted));
  }
  return absl::OkStatus();
}

}  // namespace maplebridge::reference
