#include "services/gateway/json/route_table.h"

#include <absl/strings/str_cat.h>
#include <google/api/annotations.pb.h>

#include <algorithm>
#include <set>

namespace maplebridge::gateway {

namespace {

using google::api::HttpRule;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// HTTP method and path of a rule.
std::pair<std::string, std::string> Pattern(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case HttpRule::kCustom:
      return {rule.custom().kind(), rule.custom().path()};
    case HttpRule::PATTERN_NOT_SET:
      break;
  }
  return {"", ""};
}

absl::Status Wrong(const Method& method, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat("google.api.http of ", method.path, ": ", why));
}

}  // namespace

const FieldDescriptor* FindField(const Descriptor& message, std::string_view path) {
  const Descriptor* type = &message;
  const FieldDescriptor* field = nullptr;
  while (!path.empty()) {
    if (field != nullptr) {
      if (field->is_repeated() || field->message_type() == nullptr) return nullptr;
      type = field->message_type();
    }
    const size_t end = std::min(path.find('.'), path.size());
    const std::string name(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    field = type->FindFieldByName(name);
    for (int i = 0; field == nullptr && i < type->field_count(); ++i) {
      if (type->field(i)->json_name() == name) field = type->field(i);
    }
    if (field == nullptr) return nullptr;
  }
  return field;
}

absl::StatusOr<RouteTable> RouteTable::FromCatalogue(const MethodCatalogue& catalogue) {
  RouteTable table;
  for (const auto& method : catalogue.methods()) {
    const auto& descriptor = *method->descriptor;
    if (!descriptor.options().HasExtension(google::api::http)) continue;
    if (descriptor.client_streaming() || descriptor.server_streaming()) {
      return Wrong(*method, "a stream has no JSON form");
    }
    const HttpRule& rule = descriptor.options().GetExtension(google::api::http);
    absl::Status status = table.Add(*method, rule);
    for (int i = 0; status.ok() && i < rule.additional_bindings_size(); ++i) {
      status = table.Add(*method, rule.additional_bindings(i));
    }
    if (!status.ok()) return status;
  }
  // The more literal a path, the earlier it is tried.
  for (auto& [length, routes] : table.by_length_) {
    std::stable_sort(routes.begin(), routes.end(), [](const Route* one, const Route* other) {
      const auto literals = [](const Route* route) {
        const auto& segments = route->path.segments();
        return std::count_if(segments.begin(), segments.end(),
                             [](const auto& segment) {
                               return segment.kind == PathTemplate::Segment::Kind::kLiteral;
                             }) +
               (route->path.verb().empty() ? 0 : 1);
      };
      return literals(one) > literals(other);
    });
  }
  return table;
}

absl::Status RouteTable::Add(const Method& method, const HttpRule& rule) {
  const Descriptor& input = *method.descriptor->input_type();
  const auto [http_method, text] = Pattern(rule);
  if (http_method.empty()) return Wrong(method, "no HTTP method");
  auto path = PathTemplate::Parse(text);
  if (!path.ok()) return Wrong(method, std::string(path.status().message()));
  Route route;
  route.method = &method;
  route.http_method = http_method;
  route.path = *std::move(path);
  for (const auto& variable : route.path.variables()) {
    const FieldDescriptor* field = FindField(input, variable.field);
    if (field == nullptr || field->is_repeated() || field->message_type() != nullptr) {
      return Wrong(method, "the path's " + variable.field + " is no single plain field");
    }
  }
  route.has_whole_body = rule.body() == "*";
  if (!rule.body().empty() && !route.has_whole_body) {
    route.body_field = input.FindFieldByName(rule.body());
    if (route.body_field == nullptr || route.body_field->is_repeated() ||
        route.body_field->message_type() == nullptr) {
      return Wrong(method, "the body " + rule.body() + " is no single message field");
    }
  }
  if (!rule.response_body().empty()) {
    route.answer_field = method.descriptor->output_type()->FindFieldByName(rule.response_body());
    if (route.answer_field == nullptr) return Wrong(method, "no field " + rule.response_body());
  }
  return AddRoute(std::move(route));
}

absl::Status RouteTable::AddRoute(Route route) {
  for (const Route& other : routes_) {
    if (other.http_method == route.http_method && other.path.Shape() == route.path.Shape()) {
      return Wrong(*route.method, absl::StrCat(route.http_method, " ", route.path.Shape(),
                                               " is also that of ", other.method->path));
    }
  }
  const auto& segments = route.path.segments();
  const bool has_rest = segments.back().kind == PathTemplate::Segment::Kind::kRest;
  const size_t length = has_rest ? 0 : segments.size();
  routes_.push_back(std::move(route));
  by_length_[length].push_back(&routes_.back());
  return absl::OkStatus();
}

RouteTable::Found RouteTable::Find(std::string_view http_method, std::string_view path) const {
  const RequestPath cut = RequestPath::Cut(path);
  Found found;
  std::set<std::string> other_methods;
  for (const size_t length : {cut.segments.size(), size_t{0}}) {
    const auto routes = by_length_.find(length);
    if (routes == by_length_.end()) continue;
    for (const Route* route : routes->second) {
      auto bindings = route->path.Match(cut);
      if (!bindings) continue;
      if (route->http_method == http_method) {
        found.route = route;
        found.bindings = *std::move(bindings);
        return found;
      }
      other_methods.insert(route->http_method);
    }
  }
  for (const std::string& method : other_methods) {
    absl::StrAppend(&found.other_methods, found.other_methods.empty() ? "" : ", ", method);
  }
  return found;
}

}  // namespace maplebridge::gateway
