// What people and programs read: lines, tables aligned by display width, one JSON object a line.
#pragma once

#include <absl/status/status.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::maplectl {

// Keys keep the order in which they were set.
using Json = nlohmann::ordered_json;

enum class Colour { kPlain, kGood, kWarning, kBad, kFaint };

// Columns on a terminal: Chinese characters take two, combining marks none.
int DisplayWidth(std::string_view text);
// Cut to at most `width` columns, with … where something is missing.
std::string Shortened(std::string_view text, int width);

class Console {
 public:
  explicit Console(bool json);

  bool json() const { return json_; }
  // For people; nothing in JSON.
  void Say(std::string_view line) const;
  // For programs; nothing otherwise. One line, flushed.
  void Tell(const Json& object) const;
  // For both as it stands: CSV, tokens, scripts.
  void Print(std::string_view text) const;
  std::string Coloured(std::string_view text, Colour colour) const;
  // Columns of the terminal; wide when the output goes elsewhere.
  int width() const { return width_; }
  bool is_terminal() const { return is_terminal_; }

  // Says what is wrong and how to mend it; answers the exit code.
  int Fail(const absl::Status& status) const;

 private:
  bool json_;
  bool is_terminal_;
  int width_;
};

// Widths that the columns get of `room` columns of the terminal, two between them: as wide as asked
// where there is room; else the last gives way, down to 10, and then the widest.
std::vector<int> FittedWidths(std::vector<int> wanted, int room);

// A heading and rows, fitted to the terminal.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : heading_(std::move(heading)) {}
  void Add(std::vector<std::string> cells, Colour colour = Colour::kPlain);
  void Show(const Console& console) const;
  // Without the heading.
  void ShowRows(const Console& console) const;

 private:
  void ShowWith(const Console& console, bool with_heading) const;
  struct Row {
    std::vector<std::string> cells;
    Colour colour;
  };
  std::vector<std::string> heading_;
  std::vector<Row> rows_;
};

// Exit codes; in --help.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kUnreachable = 3;

// An error that says how to mend what is wrong.
absl::Status Problem(absl::StatusCode code, std::string_view what, std::string_view mend);
std::string MendOf(const absl::Status& status);
absl::Status WithMend(absl::Status status, std::string_view mend);

}  // namespace maplebridge::maplectl
