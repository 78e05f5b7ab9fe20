#include "services/registry/domain/filter.h"

#include <absl/strings/str_cat.h>

#include <optional>

#include "common/party/checked_text.h"

namespace maplebridge::registry {
namespace {

// In the order of Comparator.
constexpr std::string_view kSigns[] = {"=", "!=", "<", "<=", ">", ">=", ":"};

enum class TokenKind : std::uint8_t { kWord, kQuoted, kComparator, kOpen, kClose, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  Comparator comparator = Comparator::kEqual;
  std::size_t at = 0;  // byte
};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool EndsWord(char c) {
  return IsSpace(c) || c == '(' || c == ')' || c == '"' || c == '\'' || c == '=' || c == '!' ||
         c == '<' || c == '>' || c == ':';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<Filter> Parse() {
    absl::Status read = Next();
    if (!read.ok()) return read;
    auto filter = ParseAnd(0);
    if (!filter.ok()) return filter;
    if (token_.kind != TokenKind::kEnd) return Wrong("expected AND, OR or the end");
    return filter;
  }

 private:
  absl::Status Wrong(std::string_view what) const {
    const int character = Characters(text_.substr(0, token_.at)) + 1;
    return absl::InvalidArgumentError(
        absl::StrCat("at character ", character, ": ", std::string(what),
                     "; write it like: state = MEDIATING AND claimed_amount_fen > 100000"));
  }

  absl::Status ReadQuoted() {
    const char quote = text_[at_++];
    token_.kind = TokenKind::kQuoted;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token_.text += text_[at_++];
    }
    if (at_ == text_.size()) return Wrong("this text is not closed");
    ++at_;
    return absl::OkStatus();
  }

  void ReadComparator() {
    token_.kind = TokenKind::kComparator;
    const bool with_equal =
        text_.substr(at_ + 1, 1) == "=" && text_[at_] != '=' && text_[at_] != ':';
    const std::string_view sign = text_.substr(at_, with_equal ? 2 : 1);
    at_ += sign.size();
    for (std::size_t i = 0; i < std::size(kSigns); ++i) {
      if (kSigns[i] == sign) token_.comparator = static_cast<Comparator>(i);
    }
  }

  // Reads the next token into token_.
  absl::Status Next() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    token_ = Token();
    token_.at = at_;
    if (at_ == text_.size()) return absl::OkStatus();
    const char c = text_[at_];
    if (c == '(' || c == ')') {
      token_.kind = c == '(' ? TokenKind::kOpen : TokenKind::kClose;
      ++at_;
      return absl::OkStatus();
    }
    if (c == '"' || c == '\'') return ReadQuoted();
    if (c == '!' && text_.substr(at_, 2) != "!=") return Wrong("expected != or NOT");
    if (c == '=' || c == '!' || c == '<' || c == '>' || c == ':') {
      ReadComparator();
      return absl::OkStatus();
    }
    while (at_ < text_.size() && !EndsWord(text_[at_])) token_.text += text_[at_++];
    token_.kind = TokenKind::kWord;
    return absl::OkStatus();
  }

  bool IsWord(std::string_view word) const {
    return token_.kind == TokenKind::kWord && token_.text == word;
  }

  // Parts joined by AND, or standing side by side.
  absl::StatusOr<Filter> ParseAnd(int depth) {
    if (depth > kDeepestFilter) return Wrong("parentheses are nested too deeply; 20 are accepted");
    Filter all;
    all.kind = Filter::Kind::kAnd;
    while (true) {
      auto part = ParseOr(depth);
      if (!part.ok()) return part;
      all.parts.push_back(*std::move(part));
      if (IsWord("AND")) {
        absl::Status read = Next();
        if (!read.ok()) return read;
      } else if (token_.kind == TokenKind::kEnd || token_.kind == TokenKind::kClose) {
        break;
      }
    }
    return Only(std::move(all));
  }

  absl::StatusOr<Filter> ParseOr(int depth) {
    Filter any;
    any.kind = Filter::Kind::kOr;
    while (true) {
      auto part = ParseTerm(depth);
      if (!part.ok()) return part;
      any.parts.push_back(*std::move(part));
      if (!IsWord("OR")) break;
      absl::Status read = Next();
      if (!read.ok()) return read;
    }
    return Only(std::move(any));
  }

  absl::StatusOr<Filter> ParseTerm(int depth) {
    const bool minus =
        token_.kind == TokenKind::kWord && token_.text.starts_with('-') && token_.text.size() > 1;
    if (!IsWord("NOT") && !minus) return ParseSimple(depth);
    if (depth > kDeepestFilter) return Wrong("NOT is nested too deeply; 20 are accepted");
    if (minus) {
      token_.text.erase(0, 1);
    } else {
      absl::Status read = Next();
      if (!read.ok()) return read;
    }
    auto part = ParseTerm(depth + 1);
    if (!part.ok()) return part;
    Filter negated;
    negated.kind = Filter::Kind::kNot;
    negated.parts.push_back(*std::move(part));
    return negated;
  }

  absl::StatusOr<Filter> ParseSimple(int depth) {
    if (token_.kind == TokenKind::kOpen) {
      absl::Status read = Next();
      if (!read.ok()) return read;
      auto inner = ParseAnd(depth + 1);
      if (!inner.ok()) return inner;
      if (token_.kind != TokenKind::kClose) return Wrong("expected )");
      read = Next();
      if (!read.ok()) return read;
      return inner;
    }
    return ParseComparison();
  }

  absl::StatusOr<Filter> ParseComparison() {
    if (token_.kind != TokenKind::kWord) return Wrong("expected a field");
    Filter comparison;
    comparison.field = token_.text;
    absl::Status read = Next();
    if (!read.ok()) return read;
    if (token_.kind != TokenKind::kComparator) {
      return Wrong("expected =, !=, <, <=, >, >= or : after a field");
    }
    comparison.comparator = token_.comparator;
    read = Next();
    if (!read.ok()) return read;
    if (token_.kind != TokenKind::kWord && token_.kind != TokenKind::kQuoted) {
      return Wrong("expected a value; a time or a text with signs stands in quotes");
    }
    comparison.value = token_.text;
    if (++comparisons_ > kMostComparisons) return Wrong("there are more than 50 comparisons");
    read = Next();
    if (!read.ok()) return read;
    if (token_.kind == TokenKind::kComparator) {
      return Wrong("a time or a text with signs stands in quotes");
    }
    return comparison;
  }

  static Filter Only(Filter joined) {
    if (joined.parts.size() > 1) return joined;
    return std::move(joined.parts.front());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Token token_;
  int comparisons_ = 0;
};

}  // namespace

absl::StatusOr<Filter> ParseFilter(std::string_view text) {
  if (text.size() > kLongestFilter) {
    return absl::InvalidArgumentError(
        absl::StrCat("must be at most ", kLongestFilter, " bytes; there are ", text.size()));
  }
  if (Characters(text) < 0) return absl::InvalidArgumentError("is not UTF-8");
  return Parser(text).Parse();
}

std::string_view Sign(Comparator comparator) {
  return kSigns[static_cast<std::size_t>(comparator)];
}

}  // namespace maplebridge::registry
