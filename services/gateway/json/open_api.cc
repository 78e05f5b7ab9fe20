#include "services/gateway/json/open_api.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <set>

#include "maplebridge/options/v1/access.pb.h"
#include "services/gateway/json/open_api_schemas.h"

namespace maplebridge::gateway {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::ServiceDescriptor;
using Json = OpenApiSchemas::Json;

// How deep nested messages are spread into dotted query parameters.
constexpr int kDeepestParameter = 3;

std::string FirstSentence(const std::string& comment) {
  const size_t end = comment.find(". ");
  return end == std::string::npos ? comment : comment.substr(0, end + 1);
}

// A segment "*" after "organisations" is called "organisationsId".
struct OpenApiPath {
  std::string text;
  std::vector<std::string> parameters;
};

OpenApiPath MakePath(const PathTemplate& path) {
  OpenApiPath made;
  std::string before = "path";
  for (const auto& segment : path.segments()) {
    if (segment.kind == PathTemplate::Segment::Kind::kLiteral) {
      before = segment.literal;
      absl::StrAppend(&made.text, "/", segment.literal);
      continue;
    }
    std::string name = before + "Id";
    while (std::count(made.parameters.begin(), made.parameters.end(), name) > 0) name += "2";
    absl::StrAppend(&made.text, "/{", name, "}");
    made.parameters.push_back(std::move(name));
  }
  if (!path.verb().empty()) absl::StrAppend(&made.text, ":", path.verb());
  return made;
}

bool IsBound(const Route& route, const std::string& proto_path) {
  if (route.body_field != nullptr && route.body_field->name() == proto_path) return true;
  return std::any_of(route.path.variables().begin(), route.path.variables().end(),
                     [&](const auto& variable) { return variable.field == proto_path; });
}

void AddQueryParameters(const Route& route, const Descriptor& message,
                        const std::string& proto_prefix, const std::string& json_prefix, int depth,
                        OpenApiSchemas& schemas, Json& parameters) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string proto_path = proto_prefix + field.name();
    if (IsBound(route, proto_path) || field.is_map()) continue;
    const std::string name = json_prefix + field.json_name();
    if (field.message_type() != nullptr && !IsWellKnown(*field.message_type())) {
      if (!field.is_repeated() && depth < kDeepestParameter) {
        AddQueryParameters(route, *field.message_type(), proto_path + ".", name + ".", depth + 1,
                           schemas, parameters);
      }
      continue;
    }
    Json parameter = {{"name", name}, {"in", "query"}};
    const std::string comment = CommentOf(field);
    if (!comment.empty()) parameter["description"] = comment;
    if (IsRequired(field) && depth == 0) parameter["required"] = true;
    parameter["schema"] = field.is_repeated()
                              ? Json{{"type", "array"}, {"items", schemas.ForValue(field)}}
                              : schemas.ForValue(field);
    parameters.push_back(std::move(parameter));
  }
}

Json Parameters(const Route& route, const OpenApiPath& path, OpenApiSchemas& schemas) {
  Json parameters = Json::array();
  for (const std::string& name : path.parameters) {
    parameters.push_back(
        {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  if (!route.has_whole_body) {
    AddQueryParameters(route, *route.method->descriptor->input_type(), "", "", 0, schemas,
                       parameters);
  }
  return parameters;
}

Json RequestBody(const Route& route, OpenApiSchemas& schemas) {
  Json schema;
  if (route.has_whole_body) {
    std::set<const FieldDescriptor*> bound;
    const Descriptor& input = *route.method->descriptor->input_type();
    for (const auto& variable : route.path.variables()) {
      bound.insert(FindField(input, variable.field));
    }
    schema = schemas.ObjectWithout(input, bound);
  } else {
    schema = schemas.ForMessage(*route.body_field->message_type());
  }
  return {{"required", true}, {"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
}

Json AnswerSchema(const Route& route, OpenApiSchemas& schemas) {
  if (route.answer_field != nullptr) return schemas.ForField(*route.answer_field);
  return schemas.ForMessage(*route.method->descriptor->output_type());
}

Json Operation(const Route& route, const OpenApiPath& path, std::string operation_id,
               OpenApiSchemas& schemas) {
  const auto& descriptor = *route.method->descriptor;
  const std::string comment = CommentOf(descriptor);
  Json operation = {{"operationId", std::move(operation_id)},
                    {"tags", Json::array({descriptor.service()->full_name()})}};
  if (!comment.empty()) {
    operation["summary"] = FirstSentence(comment);
    operation["description"] = comment;
  }
  Json roles = Json::array();
  for (const int role : descriptor.options().GetExtension(options::v1::access).roles()) {
    roles.push_back(options::v1::Role_Name(static_cast<options::v1::Role>(role)));
  }
  operation["x-maplebridge-roles"] = std::move(roles);
  Json parameters = Parameters(route, path, schemas);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.has_whole_body || route.body_field != nullptr) {
    operation["requestBody"] = RequestBody(route, schemas);
  }
  operation["responses"] = {
      {"200",
       {{"description", "Done."},
        {"content", {{"application/json", {{"schema", AnswerSchema(route, schemas)}}}}}}},
      {"default", {{"$ref", "#/components/responses/Refusal"}}}};
  operation["security"] = route.method->is_public() ? Json::array({Json::object()})
                                                    : Json::array({{{"bearer", Json::array()}}});
  return operation;
}

Json RefusalSchema() {
  return {{"type", "object"},
          {"description", "google.rpc.Status: why the call was refused."},
          {"properties",
           {{"code", {{"type", "integer"}, {"description", "Code of google.rpc.Code."}}},
            {"message", {{"type", "string"}}},
            {"details",
             {{"type", "array"},
              {"items",
               {{"type", "object"},
                {"properties", {{"@type", {{"type", "string"}}}}},
                {"additionalProperties", true}}}}}}},
          {"required", Json::array({"code", "message"})}};
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::string OpenApiDocument(const MethodCatalogue&, const RouteTable& routes,
                            const std::string& version) {
  OpenApiSchemas schemas;
  Json paths = Json::object();
  std::map<std::string, std::string> services;  // With their comments.
  std::map<std::string, int> uses;              // Of each operation's name.
  for (const Route& route : routes.routes()) {
    const auto& descriptor = *route.method->descriptor;
    services.emplace(descriptor.service()->full_name(), CommentOf(*descriptor.service()));
    std::string name = absl::StrCat(descriptor.service()->name(), "_", descriptor.name());
    const int use = ++uses[name];
    if (use > 1) absl::StrAppend(&name, use);
    const OpenApiPath path = MakePath(route.path);
    paths[path.text][LowerCase(route.http_method)] =
        Operation(route, path, std::move(name), schemas);
  }
  Json tags = Json::array();
  for (const auto& [name, comment] : services) {
    tags.push_back({{"name", name}, {"description", comment}});
  }
  const Json document = {
      {"openapi", "3.0.3"},
      {"info",
       {{"title", "Maplebridge"},
        {"description", "The unary methods of the suite as JSON over HTTP. Made from the protos."},
        {"license", {{"name", "See the LICENSE file of the installation"}}},
        {"version", version}}},
      {"servers", Json::array({{{"url", "/"}}})},
      {"tags", std::move(tags)},
      {"paths", std::move(paths)},
      {"components",
       {{"securitySchemes",
         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}},
        {"responses",
         {{"Refusal",
           {{"description", "The call was refused."},
            {"content", {{"application/json", {{"schema", RefusalSchema()}}}}}}}}},
        {"schemas", schemas.All()}}}};
  return document.dump();
}

}  // namespace maplebridge::gateway
