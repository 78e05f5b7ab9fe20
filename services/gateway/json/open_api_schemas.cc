#include "services/gateway/json/open_api_schemas.h"

#include <absl/strings/str_cat.h>
#include <google/api/field_behavior.pb.h>

#include <algorithm>
#include <map>

#include "maplebridge/options/v1/privacy.pb.h"

namespace maplebridge::gateway {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Json = OpenApiSchemas::Json;

const std::map<std::string, Json>& WellKnown() {
  static const auto* const schemas = new std::map<std::string, Json>{
      {"google.protobuf.Timestamp", {{"type", "string"}, {"format", "date-time"}}},
      {"google.protobuf.Duration",
       {{"type", "string"}, {"pattern", R"(^-?\d+(\.\d{1,9})?s$)"}, {"example", "1.5s"}}},
      {"google.protobuf.FieldMask",
       {{"type", "string"}, {"description", "Names of fields, with commas between."}}},
      {"google.protobuf.Empty", {{"type", "object"}}},
      {"google.protobuf.Struct", {{"type", "object"}, {"additionalProperties", true}}},
      {"google.protobuf.Value", Json::object()},
      {"google.protobuf.ListValue", {{"type", "array"}, {"items", Json::object()}}},
      {"google.protobuf.Any",
       {{"type", "object"},
        {"properties", {{"@type", {{"type", "string"}}}}},
        {"required", Json::array({"@type"})},
        {"additionalProperties", true}}},
      {"google.protobuf.DoubleValue", {{"type", "number"}, {"nullable", true}}},
      {"google.protobuf.FloatValue", {{"type", "number"}, {"nullable", true}}},
      {"google.protobuf.Int64Value", {{"type", "string"}, {"format", "int64"}, {"nullable", true}}},
      {"google.protobuf.UInt64Value",
       {{"type", "string"}, {"format", "uint64"}, {"nullable", true}}},
      {"google.protobuf.Int32Value",
       {{"type", "integer"}, {"format", "int32"}, {"nullable", true}}},
      {"google.protobuf.UInt32Value", {{"type", "integer"}, {"minimum", 0}, {"nullable", true}}},
      {"google.protobuf.BoolValue", {{"type", "boolean"}, {"nullable", true}}},
      {"google.protobuf.StringValue", {{"type", "string"}, {"nullable", true}}},
      {"google.protobuf.BytesValue", {{"type", "string"}, {"format", "byte"}, {"nullable", true}}},
  };
  return *schemas;
}

bool HasBehaviour(const FieldDescriptor& field, google::api::FieldBehavior behaviour) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behaviour) return true;
  }
  return false;
}

Json Typed(const char* type, const char* format) { return {{"type", type}, {"format", format}}; }

}  // namespace

template <typename AnyDescriptor>
std::string CommentOf(const AnyDescriptor& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  std::string comment;
  for (const char c : location.leading_comments) {
    const bool is_break = c == '\n' || c == ' ';
    if (is_break && (comment.empty() || comment.back() == ' ')) continue;
    comment.push_back(c == '\n' ? ' ' : c);
  }
  while (!comment.empty() && comment.back() == ' ') comment.pop_back();
  return comment;
}

template std::string CommentOf(const google::protobuf::MethodDescriptor&);
template std::string CommentOf(const google::protobuf::ServiceDescriptor&);
template std::string CommentOf(const Descriptor&);
template std::string CommentOf(const FieldDescriptor&);

bool IsWellKnown(const Descriptor& message) { return WellKnown().count(message.full_name()) > 0; }

bool IsRequired(const FieldDescriptor& field) { return HasBehaviour(field, google::api::REQUIRED); }

Json OpenApiSchemas::ForMessage(const Descriptor& message) {
  const auto well_known = WellKnown().find(message.full_name());
  if (well_known != WellKnown().end()) return well_known->second;
  if (known_.insert(&message).second) pending_.push_back(&message);
  return {{"$ref", "#/components/schemas/" + message.full_name()}};
}

Json OpenApiSchemas::ForEnum(const EnumDescriptor& type) {
  Json schema = {{"type", "string"}, {"enum", Json::array()}};
  for (int i = 0; i < type.value_count(); ++i) schema["enum"].push_back(type.value(i)->name());
  return schema;
}

Json OpenApiSchemas::ForValue(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_DOUBLE:
      return Typed("number", "double");
    case FieldDescriptor::TYPE_FLOAT:
      return Typed("number", "float");
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_SINT64:
    case FieldDescriptor::TYPE_SFIXED64:
      return Typed("string", "int64");  // JSON's numbers lose digits above 2^53.
    case FieldDescriptor::TYPE_UINT64:
    case FieldDescriptor::TYPE_FIXED64:
      return Typed("string", "uint64");
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_SINT32:
    case FieldDescriptor::TYPE_SFIXED32:
      return Typed("integer", "int32");
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_FIXED32:
      return {{"type", "integer"}, {"minimum", 0}};
    case FieldDescriptor::TYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldDescriptor::TYPE_STRING:
      return {{"type", "string"}};
    case FieldDescriptor::TYPE_BYTES:
      return Typed("string", "byte");
    case FieldDescriptor::TYPE_ENUM:
      return ForEnum(*field.enum_type());
    case FieldDescriptor::TYPE_MESSAGE:
    case FieldDescriptor::TYPE_GROUP:
      return ForMessage(*field.message_type());
  }
  return Json::object();
}

Json OpenApiSchemas::ForField(const FieldDescriptor& field) {
  Json schema;
  if (field.is_map()) {
    schema = {{"type", "object"},
              {"additionalProperties", ForValue(*field.message_type()->map_value())}};
  } else if (field.is_repeated()) {
    schema = {{"type", "array"}, {"items", ForValue(field)}};
  } else {
    schema = ForValue(field);
  }
  const std::string comment = CommentOf(field);
  const bool is_output = HasBehaviour(field, google::api::OUTPUT_ONLY);
  const auto privacy = field.options().GetExtension(options::v1::privacy);
  // Beside "$ref" nothing else counts: it is wrapped.
  if (schema.contains("$ref") &&
      (is_output || !comment.empty() || privacy != options::v1::PRIVACY_UNSPECIFIED)) {
    schema = {{"allOf", Json::array({schema})}};
  }
  if (!comment.empty()) schema["description"] = comment;
  if (is_output) schema["readOnly"] = true;
  if (privacy != options::v1::PRIVACY_UNSPECIFIED) {
    schema["x-maplebridge-privacy"] = options::v1::Privacy_Name(privacy);
  }
  return schema;
}

Json OpenApiSchemas::ObjectWithout(const Descriptor& message,
                                   const std::set<const FieldDescriptor*>& left_out) {
  Json schema = {{"type", "object"}};
  const std::string comment = CommentOf(message);
  if (!comment.empty()) schema["description"] = comment;
  Json properties = Json::object();
  Json required = Json::array();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (left_out.count(&field) > 0) continue;
    properties[field.json_name()] = ForField(field);
    if (IsRequired(field)) required.push_back(field.json_name());
  }
  if (!properties.empty()) schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json OpenApiSchemas::All() {
  std::map<std::string, Json> schemas;
  while (!pending_.empty()) {  // Each may refer to more.
    const Descriptor* message = pending_.back();
    pending_.pop_back();
    schemas[message->full_name()] = ObjectWithout(*message, {});
  }
  Json all = Json::object();
  for (auto& [name, schema] : schemas) all[name] = std::move(schema);
  return all;
}

}  // namespace maplebridge::gateway
