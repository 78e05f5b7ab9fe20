#include "services/gateway/json/request_message.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "services/gateway/json/percent_encoding.h"

namespace maplebridge::gateway {

namespace {

using google::protobuf::FieldDescriptor;
using nlohmann::json;

// Messages that ProtoJSON writes as one string or number, so that a query parameter can hold them.
bool HasTextForm(const google::protobuf::Descriptor& message) {
  const std::string& name = message.full_name();
  if (name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
      name == "google.protobuf.FieldMask") {
    return true;
  }
  return message.file()->name() == "google/protobuf/wrappers.proto";
}

// The place of a dotted path in a JSON object, made on the way. `field` is what FindField gave.
json& Place(json& object, std::string_view path) {
  json* place = &object;
  for (const auto& name : absl::StrSplit(std::string(path), '.')) {
    place = &(*place)[std::string(name.data(), name.size())];
  }
  return *place;
}

// Is `path` the same as `bound` or inside it? Both dotted.
bool IsInside(std::string_view path, std::string_view bound) {
  return path.substr(0, bound.size()) == bound &&
         (path.size() == bound.size() || path[bound.size()] == '.');
}

// Names as in the proto, so that two ways of writing one field meet.
std::string ProtoPath(const google::protobuf::Descriptor& message, std::string_view path) {
  std::string names;
  for (size_t end = path.find('.');; end = path.find('.', end + 1)) {
    const FieldDescriptor* field = FindField(message, path.substr(0, end));
    absl::StrAppend(&names, names.empty() ? "" : ".", field->name());
    if (end == std::string_view::npos) return names;
  }
}

std::optional<Refusal> AddParameter(const Route& route, const std::string& name,
                                    const std::string& value, json& object) {
  const auto& message = *route.method->descriptor->input_type();
  if (route.has_whole_body) {
    return MakeFieldRefusal(name, "this method takes its fields from the body");
  }
  const FieldDescriptor* field = FindField(message, name);
  if (field == nullptr) return MakeFieldRefusal(name, "there is no such query parameter");
  const std::string path = ProtoPath(message, name);
  if (route.body_field != nullptr && IsInside(path, route.body_field->name())) {
    return MakeFieldRefusal(name, "this field belongs into the body");
  }
  for (const auto& variable : route.path.variables()) {
    if (IsInside(path, variable.field)) {
      return MakeFieldRefusal(name, "this field is taken from the path");
    }
  }
  if (field->is_map() ||
      (field->message_type() != nullptr && !HasTextForm(*field->message_type()))) {
    return MakeFieldRefusal(name, "a query parameter cannot hold this field");
  }
  json& place = Place(object, path);
  if (field->is_repeated()) {
    place.push_back(value);
  } else if (!place.is_null()) {
    return MakeFieldRefusal(name, "the query parameter stands twice");
  } else {
    place = value;
  }
  return std::nullopt;
}

std::variant<std::string, Refusal> EncodeBody(const Route& route, std::string_view body,
                                              const JsonCodec& codec) {
  if (!route.has_whole_body && route.body_field == nullptr) {
    if (body.empty()) return std::string();
    return MakeFieldRefusal("", "this method takes no body");
  }
  if (body.empty()) return std::string();
  const FieldDescriptor* field = route.body_field;
  const auto& type =
      field == nullptr ? *route.method->descriptor->input_type() : *field->message_type();
  auto encoded = codec.ToBinary(type.full_name(), body);
  if (auto* error = std::get_if<JsonError>(&encoded)) {
    const bool is_inside = field != nullptr && !error->field.empty();
    return MakeFieldRefusal(is_inside ? absl::StrCat(field->name(), ".", error->field)
                                      : (field == nullptr ? error->field : field->name()),
                            error->description);
  }
  std::string& bytes = std::get<std::string>(encoded);
  if (field == nullptr) return std::move(bytes);
  std::string wrapped;
  {
    google::protobuf::io::StringOutputStream stream(&wrapped);
    google::protobuf::io::CodedOutputStream output(&stream);
    constexpr uint32_t kLengthDelimited = 2;
    output.WriteTag(static_cast<uint32_t>(field->number()) << 3 | kLengthDelimited);
    output.WriteVarint32(static_cast<uint32_t>(bytes.size()));
    output.WriteString(bytes);
  }
  return wrapped;
}

}  // namespace

std::variant<std::string, Refusal> MakeRequestMessage(const Route& route,
                                                      const std::vector<PathBinding>& bindings,
                                                      std::string_view query, std::string_view body,
                                                      const JsonCodec& codec) {
  json object = json::object();
  const auto parameters = ParseQuery(query);
  if (!parameters) return MakeFieldRefusal("", "the query is not percent-encoded UTF-8");
  for (const auto& [name, value] : *parameters) {
    if (auto refusal = AddParameter(route, name, value, object)) return *std::move(refusal);
  }
  for (const PathBinding& binding : bindings) Place(object, binding.field) = binding.value;

  auto message = EncodeBody(route, body, codec);
  if (std::holds_alternative<Refusal>(message) || object.empty()) return message;
  // Protobuf merges what follows into what came before: the path's fields come last.
  auto fields = codec.ToBinary(route.method->descriptor->input_type()->full_name(), object.dump());
  if (auto* error = std::get_if<JsonError>(&fields)) {
    return MakeFieldRefusal(error->field, error->description);
  }
  std::get<std::string>(message).append(std::get<std::string>(fields));
  return message;
}

}  // namespace maplebridge::gateway
