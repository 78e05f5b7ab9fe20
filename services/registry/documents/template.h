// Templates of documents: text files whose lines are paragraphs, filled with values.
//
//   template: agreement/1     first line: name and version
//   page: landscape            second line, when the pages lie on their side
//   = title      # heading     > to the right     - no indent     _ line to sign on     @ seal
//   place
//   |= head:4 | sum:9>         begins a table: each column's title and share of the width; > sets
//   its cells to the right | cell | {{field}}         a row of the table above
//   {{field}}                  a value
//   {{?field}}line             only when the value is not empty
//   {{#list}} … {{/list}}      on lines of their own: once for each element
// Values are never read as template.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

enum class ParagraphStyle : std::uint8_t {
  kBody,
  kTitle,
  kHeading,
  kRight,
  kPlain,
  kSignature,
  kSeal,
  kGap,
  kTableHead,
  kTableRow,
};

struct TableColumn {
  int width = 1;  // its share
  bool to_the_right = false;
};

struct Paragraph {
  ParagraphStyle style = ParagraphStyle::kBody;
  std::string text;
  // Of a table's head and rows.
  std::vector<std::string> cells;
  // Of a table's head.
  std::vector<TableColumn> columns;
};

struct TemplateValues {
  std::map<std::string, std::string, std::less<>> fields;
  std::map<std::string, std::vector<TemplateValues>, std::less<>> lists;
};

class Template {
 public:
  // INVALID_ARGUMENT names the line that is wrong.
  static absl::StatusOr<Template> Parse(std::string_view text);
  // NOT_FOUND names the path.
  static absl::StatusOr<Template> Load(const std::string& path);

  // "agreement/1".
  const std::string& name() const { return name_; }
  bool is_landscape() const { return is_landscape_; }
  // INVALID_ARGUMENT names a field that the template uses and `values` lacks. Inside a list the
  // element's fields come first, then those outside.
  absl::StatusOr<std::vector<Paragraph>> Fill(const TemplateValues& values) const;

 private:
  struct Line {
    ParagraphStyle style = ParagraphStyle::kBody;
    std::string condition;  // field, may be empty
    std::string text;
    std::vector<std::string> cells;
    std::vector<TableColumn> columns;
    std::string list;  // not empty: a list whose body are the `body` next lines
    std::size_t body = 0;
  };
  absl::Status FillLines(std::size_t begin, std::size_t end,
                         const std::vector<const TemplateValues*>& scopes,
                         std::vector<Paragraph>* paragraphs) const;

  // Reads a line that is neither empty nor a list's begin or end.
  static absl::Status ParseLine(std::string_view line, Line* entry);
  static absl::Status ParseTable(std::string_view line, Line* entry);
  static absl::StatusOr<Paragraph> FillLine(const Line& line,
                                            const std::vector<const TemplateValues*>& scopes);

  std::string name_;
  bool is_landscape_ = false;
  std::vector<Line> lines_;
};

}  // namespace maplebridge::registry
