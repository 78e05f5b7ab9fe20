// Which method a request's path and verb mean, from the google.api.http rules in the descriptors.
// Built once at start, then only read; safe from any thread.
#pragma once

#include <absl/status/statusor.h>

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/catalogue/method_catalogue.h"
#include "services/gateway/json/path_template.h"

namespace google::api {
class HttpRule;
}

namespace maplebridge::gateway {

struct Route {
  const Method* method = nullptr;
  std::string http_method;  // "GET"
  PathTemplate path;
  // The body is the whole request message.
  bool has_whole_body = false;
  // The body is this field of it; null for none.
  const google::protobuf::FieldDescriptor* body_field = nullptr;
  // The answer is this field of the response message; null for all of it.
  const google::protobuf::FieldDescriptor* answer_field = nullptr;
};

class RouteTable {
 public:
  struct Found {
    // Null when no method has this path with this HTTP method.
    const Route* route = nullptr;
    std::vector<PathBinding> bindings;
    // When `route` is null: "GET, POST" when the path has other HTTP methods, else empty.
    std::string other_methods;
  };

  RouteTable(RouteTable&&) = default;
  RouteTable& operator=(RouteTable&&) = default;

  // Fails for a rule that does not parse, names a field that is not there, or fits the same paths
  // as another.
  static absl::StatusOr<RouteTable> FromCatalogue(const MethodCatalogue& catalogue);

  Found Find(std::string_view http_method, std::string_view path) const;

  const std::deque<Route>& routes() const { return routes_; }

 private:
  RouteTable() = default;
  absl::Status Add(const Method& method, const google::api::HttpRule& rule);
  absl::Status AddRoute(Route route);

  std::deque<Route> routes_;
  // Those whose paths have so many segments; those that end in "**" stand under 0.
  std::map<size_t, std::vector<const Route*>> by_length_;
};

// The field that a dotted path such as "book.name" or "book.printTime" means, by the names in the
// proto or in JSON; null when there is none, or when the way leads through a repeated field.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& message,
                                                   std::string_view path);

}  // namespace maplebridge::gateway
