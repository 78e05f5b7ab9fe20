#include "deploy/maplectl_source/console.h"

#include <absl/strings/cord.h>
#include <absl/strings/str_cat.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>

#include "common/status/error.h"

namespace maplebridge::maplectl {
namespace {

constexpr char kMend[] = "maplebridge/mend";
// Wide, so that nothing is cut for a program.
constexpr int kWidthElsewhere = 1'000'000;
// What a column keeps on a narrow terminal.
constexpr int kLeastLast = 10;
constexpr int kLeastColumn = 6;

struct CodePoints {
  char32_t first;
  char32_t last;
};
// Unicode's East Asian wide and full-width blocks, as far as a terminal meets them.
constexpr CodePoints kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD},
};
constexpr CodePoints kNoWidth[] = {
    {0x0000, 0x001F}, {0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

template <std::size_t kCount>
bool IsIn(const CodePoints (&ranges)[kCount], char32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges), [point](const CodePoints& range) {
    return range.first <= point && point <= range.last;
  });
}

int WidthOf(char32_t point) {
  if (IsIn(kNoWidth, point)) return 0;
  return IsIn(kWide, point) ? 2 : 1;
}

// The code point at `position`, which moves past it. A broken byte counts as one character.
char32_t NextPoint(std::string_view text, std::size_t* position) {
  const auto lead = static_cast<unsigned char>(text[(*position)++]);
  int more = 0;
  char32_t point = lead;
  if (lead >= 0xF0) {
    more = 3;
    point = lead & 0x07;
  } else if (lead >= 0xE0) {
    more = 2;
    point = lead & 0x0F;
  } else if (lead >= 0xC0) {
    more = 1;
    point = lead & 0x1F;
  }
  for (; more > 0 && *position < text.size(); --more) {
    const auto next = static_cast<unsigned char>(text[*position]);
    if ((next & 0xC0) != 0x80) break;
    point = (point << 6) | (next & 0x3F);
    ++*position;
  }
  if (more > 0) return U'?';
  return point;
}

std::string_view Escape(Colour colour) {
  switch (colour) {
    case Colour::kGood:
      return "\x1b[32m";
    case Colour::kWarning:
      return "\x1b[33m";
    case Colour::kBad:
      return "\x1b[31m";
    case Colour::kFaint:
      return "\x1b[2m";
    case Colour::kPlain:
      break;
  }
  return "";
}

std::string Padded(std::string_view text, int width) {
  std::string padded(text);
  padded.append(static_cast<std::size_t>(std::max(0, width - DisplayWidth(text))), ' ');
  return padded;
}

}  // namespace

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (std::size_t position = 0; position < text.size();) {
    width += WidthOf(NextPoint(text, &position));
  }
  return width;
}

std::string Shortened(std::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  int taken = 0;
  std::size_t end = 0;
  for (std::size_t position = 0; position < text.size();) {
    taken += WidthOf(NextPoint(text, &position));
    if (taken > width - 1) break;
    end = position;
  }
  return std::string(text.substr(0, end)) + "…";
}

Console::Console(bool json) : json_(json), is_terminal_(isatty(STDOUT_FILENO) != 0) {
  width_ = kWidthElsewhere;
  winsize size{};
  if (is_terminal_ && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    width_ = size.ws_col;
  }
}

void Console::Say(std::string_view line) const {
  if (!json_) std::cout << line << std::endl;
}

void Console::Tell(const Json& object) const {
  if (!json_) return;
  // Bytes that are no UTF-8 (from a log, say) must not end the program.
  std::cout << object.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

void Console::Print(std::string_view text) const { std::cout << text << std::flush; }

std::string Console::Coloured(std::string_view text, Colour colour) const {
  if (!is_terminal_ || colour == Colour::kPlain || std::getenv("NO_COLOR") != nullptr) {
    return std::string(text);
  }
  return std::string(Escape(colour)) + std::string(text) + "\x1b[0m";
}

int Console::Fail(const absl::Status& status) const {
  const std::string message(status.message());
  const std::string mend = MendOf(status);
  const std::string reason = ReasonOf(status);
  if (json_) {
    Json error;
    error["code"] = absl::StatusCodeToString(status.code());
    if (!reason.empty()) error["reason"] = reason;
    error["message"] = message;
    if (!mend.empty()) error["mend"] = mend;
    Json object;
    object["error"] = error;
    Tell(object);
  } else {
    std::cerr << "maplectl: " << message;
    if (!mend.empty()) std::cerr << " — " << mend;
    std::cerr << std::endl;
  }
  return status.code() == absl::StatusCode::kUnavailable ? kUnreachable : kFailed;
}

void Table::Add(std::vector<std::string> cells, Colour colour) {
  cells.resize(heading_.size());
  rows_.push_back({std::move(cells), colour});
}

std::vector<int> FittedWidths(std::vector<int> wanted, int room) {
  if (wanted.empty()) return wanted;
  const auto total = [&wanted] {
    return std::accumulate(wanted.begin(), wanted.end(), 2 * static_cast<int>(wanted.size() - 1));
  };
  const int too_much = std::max(0, total() - room);
  wanted.back() = std::max(std::min(wanted.back(), kLeastLast), wanted.back() - too_much);
  while (total() > room) {
    auto widest = std::max_element(wanted.begin(), wanted.end());
    if (*widest <= kLeastColumn) break;
    --*widest;
  }
  return wanted;
}

void Table::Show(const Console& console) const { ShowWith(console, /*with_heading=*/true); }

void Table::ShowRows(const Console& console) const { ShowWith(console, /*with_heading=*/false); }

void Table::ShowWith(const Console& console, bool with_heading) const {
  if (console.json()) return;
  std::vector<int> widths;
  for (std::size_t column = 0; column < heading_.size(); ++column) {
    int width = DisplayWidth(heading_[column]);
    for (const Row& row : rows_) width = std::max(width, DisplayWidth(row.cells[column]));
    widths.push_back(width);
  }
  widths = FittedWidths(std::move(widths), console.width());
  auto show = [&](const std::vector<std::string>& cells, Colour colour) {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      line += Padded(Shortened(cells[column], widths[column]), widths[column]) + "  ";
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    console.Say(console.Coloured(line, colour));
  };
  if (with_heading) show(heading_, Colour::kFaint);
  for (const Row& row : rows_) show(row.cells, row.colour);
}

absl::Status Problem(absl::StatusCode code, std::string_view what, std::string_view mend) {
  return WithMend(absl::Status(code, absl::string_view(what.data(), what.size())), mend);
}

std::string MendOf(const absl::Status& status) {
  auto mend = status.GetPayload(kMend);
  return mend ? std::string(*mend) : "";
}

absl::Status WithMend(absl::Status status, std::string_view mend) {
  if (!mend.empty()) {
    status.SetPayload(kMend, absl::Cord(absl::string_view(mend.data(), mend.size())));
  }
  return status;
}

}  // namespace maplebridge::maplectl
