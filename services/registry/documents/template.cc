#include "services/registry/documents/template.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <fstream>
#include <optional>
#include <sstream>

namespace maplebridge::registry {
namespace {

using Scopes = std::vector<const TemplateValues*>;

struct Prefix {
  std::string_view text;
  ParagraphStyle style;
};
constexpr Prefix kPrefixes[] = {
    {"= ", ParagraphStyle::kTitle},     {"# ", ParagraphStyle::kHeading},
    {"> ", ParagraphStyle::kRight},     {"- ", ParagraphStyle::kPlain},
    {"_ ", ParagraphStyle::kSignature}, {"@ ", ParagraphStyle::kSeal},
};

// The name between `open` and "}}" when `text` begins so; takes it off.
std::optional<std::string> TakeTag(std::string_view* text, std::string_view open) {
  if (text->substr(0, open.size()) != open) return std::nullopt;
  const std::size_t end = text->find("}}");
  if (end == std::string_view::npos) return std::nullopt;
  std::string name(text->substr(open.size(), end - open.size()));
  text->remove_prefix(end + 2);
  return name;
}

const std::string* FindField(const Scopes& scopes, std::string_view name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    auto field = (*scope)->fields.find(name);
    if (field != (*scope)->fields.end()) return &field->second;
  }
  return nullptr;
}

absl::Status Unknown(std::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("the template uses the field ", std::string(name), ", which has no value"));
}

absl::StatusOr<std::string> FillText(std::string_view text, const Scopes& scopes) {
  std::string filled;
  while (true) {
    const std::size_t begin = text.find("{{");
    filled.append(text.substr(0, begin));
    if (begin == std::string_view::npos) return filled;
    text.remove_prefix(begin);
    std::optional<std::string> name = TakeTag(&text, "{{");
    const std::string* value = name ? FindField(scopes, *name) : nullptr;
    if (value == nullptr) return Unknown(name.value_or(""));
    filled.append(*value);
  }
}

}  // namespace

absl::StatusOr<Template> Template::Parse(std::string_view text) {
  Template parsed;
  std::vector<std::size_t> open;  // lists that have begun
  int number = 0;
  for (absl::string_view piece :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    std::string_view line(piece.data(), piece.size());
    auto wrong = [&](std::string_view why) {
      return absl::InvalidArgumentError(
          absl::StrCat("template line ", number, ": ", std::string(why)));
    };
    if (++number == 1) {
      constexpr std::string_view kName = "template: ";
      if (line.substr(0, kName.size()) != kName) return wrong("must be `template: name/version`");
      parsed.name_ = line.substr(kName.size());
      continue;
    }
    if (number == 2 && line == "page: landscape") {
      parsed.is_landscape_ = true;
      continue;
    }
    Line entry;
    if (line.empty()) {
      entry.style = ParagraphStyle::kGap;
    } else if (auto list = TakeTag(&line, "{{#")) {
      entry.list = *list;
      open.push_back(parsed.lines_.size());
    } else if (auto ended = TakeTag(&line, "{{/")) {
      if (open.empty() || parsed.lines_[open.back()].list != *ended) return wrong("ends no list");
      parsed.lines_[open.back()].body = parsed.lines_.size() - open.back() - 1;
      open.pop_back();
      continue;
    } else if (absl::Status status = ParseLine(line, &entry); !status.ok()) {
      return wrong(std::string(status.message()));
    }
    parsed.lines_.push_back(std::move(entry));
  }
  if (!open.empty()) return absl::InvalidArgumentError("template: a list does not end");
  while (!parsed.lines_.empty() && parsed.lines_.back().style == ParagraphStyle::kGap) {
    parsed.lines_.pop_back();
  }
  return parsed;
}

absl::Status Template::ParseLine(std::string_view line, Line* entry) {
  if (auto condition = TakeTag(&line, "{{?")) entry->condition = *condition;
  if (line.starts_with("|")) return ParseTable(line, entry);
  for (const Prefix& prefix : kPrefixes) {
    if (!line.starts_with(prefix.text)) continue;
    entry->style = prefix.style;
    line.remove_prefix(prefix.text.size());
    break;
  }
  entry->text = line;
  return absl::OkStatus();
}

// Cells are parted here, before they are filled: no value makes a cell of its own.
absl::Status Template::ParseTable(std::string_view line, Line* entry) {
  constexpr std::string_view kHead = "|= ", kRow = "| ";
  const bool is_head = line.starts_with(kHead);
  if (!is_head && !line.starts_with(kRow)) return absl::InvalidArgumentError("is no table's row");
  entry->style = is_head ? ParagraphStyle::kTableHead : ParagraphStyle::kTableRow;
  line.remove_prefix(is_head ? kHead.size() : kRow.size());
  for (absl::string_view piece :
       absl::StrSplit(absl::string_view(line.data(), line.size()), " | ")) {
    if (is_head) {
      const std::pair<absl::string_view, absl::string_view> column =
          absl::StrSplit(piece, absl::MaxSplits(':', 1));
      TableColumn set;
      absl::string_view width = column.second;
      set.to_the_right = absl::ConsumeSuffix(&width, ">");
      if (!absl::SimpleAtoi(width, &set.width) || set.width < 1) {
        return absl::InvalidArgumentError("a column's head needs a width, as in title:4");
      }
      entry->columns.push_back(set);
      piece = column.first;
    }
    entry->cells.emplace_back(piece);
  }
  return absl::OkStatus();
}

absl::StatusOr<Template> Template::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  std::ostringstream text;
  text << file.rdbuf();
  auto parsed = Parse(text.str());
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", std::string(parsed.status().message())));
  }
  return parsed;
}

absl::StatusOr<std::vector<Paragraph>> Template::Fill(const TemplateValues& values) const {
  std::vector<Paragraph> paragraphs;
  Scopes scopes{&values};
  if (absl::Status status = FillLines(0, lines_.size(), scopes, &paragraphs); !status.ok()) {
    return status;
  }
  return paragraphs;
}

absl::StatusOr<Paragraph> Template::FillLine(const Line& line, const Scopes& scopes) {
  Paragraph paragraph;
  paragraph.style = line.style;
  paragraph.columns = line.columns;
  auto text = FillText(line.text, scopes);
  if (!text.ok()) return text.status();
  paragraph.text = *std::move(text);
  for (const std::string& cell : line.cells) {
    auto filled = FillText(cell, scopes);
    if (!filled.ok()) return filled.status();
    paragraph.cells.push_back(*std::move(filled));
  }
  return paragraph;
}

absl::Status Template::FillLines(std::size_t begin, std::size_t end, const Scopes& scopes,
                                 std::vector<Paragraph>* paragraphs) const {
  for (std::size_t i = begin; i < end; ++i) {
    const Line& line = lines_[i];
    if (!line.list.empty()) {
      const std::vector<TemplateValues>* elements = nullptr;
      for (const TemplateValues* scope : scopes) {
        auto list = scope->lists.find(line.list);
        if (list != scope->lists.end()) elements = &list->second;
      }
      if (elements == nullptr) return Unknown(line.list);
      for (const TemplateValues& element : *elements) {
        Scopes inner = scopes;
        inner.push_back(&element);
        absl::Status status = FillLines(i + 1, i + 1 + line.body, inner, paragraphs);
        if (!status.ok()) return status;
      }
      i += line.body;
      continue;
    }
    if (!line.condition.empty()) {
      const std::string* value = FindField(scopes, line.condition);
      if (value == nullptr) return Unknown(line.condition);
      if (value->empty()) continue;
    }
    auto paragraph = FillLine(line, scopes);
    if (!paragraph.ok()) return paragraph.status();
    paragraphs->push_back(*std::move(paragraph));
  }
  return absl::OkStatus();
}

}  // namespace maplebridge::registry
