#include "services/gateway/json/path_template.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "services/gateway/json/percent_encoding.h"

namespace maplebridge::gateway {

namespace {

using Segment = PathTemplate::Segment;

std::vector<std::string_view> CutAtSlashes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

absl::Status Malformed(const std::string& text, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("path \"", text, "\": ", std::string(why)));
}

Segment ParseSegment(std::string_view text) {
  if (text == "*") return {Segment::Kind::kOne, ""};
  if (text == "**") return {Segment::Kind::kRest, ""};
  return {Segment::Kind::kLiteral, std::string(text)};
}

// Cuts "v1/{name=a/*}/b" at the slashes outside braces.
std::vector<std::string_view> CutOutsideBraces(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t start = 0;
  bool is_inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') is_inside = true;
    if (text[i] == '}') is_inside = false;
    if (text[i] == '/' && !is_inside) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

}  // namespace

RequestPath RequestPath::Cut(std::string_view path) {
  RequestPath cut;
  if (path.empty() || path.front() != '/') return cut;
  cut.segments = CutAtSlashes(path.substr(1));
  cut.last_whole = cut.segments.back();
  const size_t colon = cut.last_whole.rfind(':');
  if (colon != std::string_view::npos) {
    cut.verb = cut.last_whole.substr(colon + 1);
    cut.segments.back() = cut.last_whole.substr(0, colon);
  }
  return cut;
}

absl::StatusOr<PathTemplate> PathTemplate::Parse(const std::string& text) {
  if (text.empty() || text.front() != '/') return Malformed(text, "must start with a slash");
  PathTemplate parsed;
  std::string_view rest = std::string_view(text).substr(1);
  // A colon outside braces starts the verb; inside them there is none.
  const size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos) {
    parsed.verb_ = std::string(rest.substr(colon + 1));
    rest = rest.substr(0, colon);
    if (parsed.verb_.empty()) return Malformed(text, "the verb is empty");
  }
  for (std::string_view part : CutOutsideBraces(rest)) {
    if (part.empty()) return Malformed(text, "a segment is empty");
    if (part.front() != '{') {
      parsed.segments_.push_back(ParseSegment(part));
      continue;
    }
    if (part.back() != '}') return Malformed(text, "a brace is not closed");
    part = part.substr(1, part.size() - 2);
    const size_t equals = part.find('=');
    const std::string_view pattern =
        equals == std::string_view::npos ? std::string_view("*") : part.substr(equals + 1);
    Variable variable{std::string(part.substr(0, equals)), parsed.segments_.size(), 0};
    if (variable.field.empty()) return Malformed(text, "a variable has no name");
    for (const std::string_view segment : CutAtSlashes(pattern)) {
      if (segment.empty()) return Malformed(text, "a segment is empty");
      parsed.segments_.push_back(ParseSegment(segment));
      ++variable.count;
    }
    parsed.variables_.push_back(std::move(variable));
  }
  for (size_t i = 0; i + 1 < parsed.segments_.size(); ++i) {
    if (parsed.segments_[i].kind == Segment::Kind::kRest) {
      return Malformed(text, "** may only stand at the end");
    }
  }
  return parsed;
}

bool PathTemplate::Fits(const std::vector<std::string_view>& segments) const {
  const size_t fixed = has_rest() ? segments_.size() - 1 : segments_.size();
  if (has_rest() ? segments.size() < fixed : segments.size() != fixed) return false;
  for (size_t i = 0; i < fixed; ++i) {
    if (segments_[i].kind == Segment::Kind::kOne) {
      if (segments[i].empty()) return false;
    } else if (segments_[i].literal != segments[i]) {
      return false;
    }
  }
  return true;
}

std::optional<std::vector<PathBinding>> PathTemplate::Match(const RequestPath& path) const {
  std::vector<std::string_view> segments = path.segments;
  if (segments.empty()) return std::nullopt;
  if (verb_.empty()) {
    segments.back() = path.last_whole;
  } else if (path.verb != verb_) {
    return std::nullopt;
  }
  if (!Fits(segments)) return std::nullopt;
  std::vector<PathBinding> bindings;
  for (const Variable& variable : variables_) {
    const bool takes_rest = has_rest() && variable.first + variable.count == segments_.size();
    const size_t end = takes_rest ? segments.size() : variable.first + variable.count;
    std::string value;
    for (size_t i = variable.first; i < end; ++i) {
      const auto part = DecodeUrlPart(segments[i], end - variable.first > 1 || takes_rest);
      if (!part) return std::nullopt;
      if (i > variable.first) value.push_back('/');
      value.append(*part);
    }
    bindings.push_back({variable.field, std::move(value)});
  }
  return bindings;
}

std::string PathTemplate::Shape() const {
  std::string shape;
  for (const Segment& segment : segments_) {
    const bool is_one = segment.kind == Segment::Kind::kOne;
    absl::StrAppend(&shape, "/",
                    segment.kind == Segment::Kind::kLiteral ? segment.literal
                    : is_one                                ? std::string("*")
                                                            : std::string("**"));
  }
  if (!verb_.empty()) absl::StrAppend(&shape, ":", verb_);
  return shape;
}

}  // namespace maplebridge::gateway
