// Path of a google.api.http rule, such as "/v1/{name=organisations/*}:publish", and its match with
// the path of a request.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::gateway {

// Value of one field of the request message, taken from the path.
struct PathBinding {
  std::string field;  // "name", "book.name"
  std::string value;  // "organisations/5f0c"
};

// A request's path, cut at its slashes, still percent-encoded.
struct RequestPath {
  std::vector<std::string_view> segments;
  // After the last colon of the last segment; empty when there is none.
  std::string_view verb;
  // The last segment with its colon and verb: an identifier may hold a colon.
  std::string_view last_whole;

  static RequestPath Cut(std::string_view path);
};

class PathTemplate {
 public:
  // One segment: a literal, "*" (any one) or "**" (any number, only at the end).
  struct Segment {
    enum class Kind { kLiteral, kOne, kRest };
    Kind kind;
    std::string literal;
  };
  // Segments first … first + count - 1 of the template are the value of `field`.
  struct Variable {
    std::string field;
    size_t first;
    size_t count;
  };

  static absl::StatusOr<PathTemplate> Parse(const std::string& text);

  // Nothing when the path does not fit, or does not decode.
  std::optional<std::vector<PathBinding>> Match(const RequestPath& path) const;

  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Variable>& variables() const { return variables_; }
  const std::string& verb() const { return verb_; }
  // The same for two templates that fit the same paths.
  std::string Shape() const;

 private:
  bool Fits(const std::vector<std::string_view>& segments) const;
  bool has_rest() const {
    return !segments_.empty() && segments_.back().kind == Segment::Kind::kRest;
  }

  std::vector<Segment> segments_;
  std::vector<Variable> variables_;
  std::string verb_;
};

}  // namespace maplebridge::gateway
