#include "services/gateway/json/request_message.h"

#include <gmock/gmock.h>
#include <google/api/annotations.pb.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/gateway/json/http_status.h"
#include "services/gateway/json/open_api.h"
#include "services/gateway/testing/echo_descriptors.h"

namespace maplebridge::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const JsonCodec& Codec() {
  static const JsonCodec* const codec = new JsonCodec(EchoCatalogue());
  return *codec;
}

const RouteTable& Routes() {
  static const RouteTable* const routes =
      new RouteTable(*RouteTable::FromCatalogue(EchoCatalogue()));
  return *routes;
}

std::string FieldOf(const Refusal& refusal) {
  google::rpc::BadRequest bad;
  for (const auto& detail : refusal.details()) {
    if (detail.UnpackTo(&bad)) return bad.field_violations(0).field();
  }
  return "no BadRequest";
}

// The message that a request makes, as JSON; "refused FIELD" when it is refused.
json Made(const char* method, const std::string& target, const std::string& body = "") {
  const size_t question = std::min(target.find('?'), target.size());
  const auto found = Routes().Find(method, target.substr(0, question));
  if (found.route == nullptr) return "no route";
  const std::string query = question < target.size() ? target.substr(question + 1) : "";
  const auto message = MakeRequestMessage(*found.route, found.bindings, query, body, Codec());
  if (const auto* refusal = std::get_if<Refusal>(&message)) {
    EXPECT_EQ(refusal->code(), grpc::StatusCode::INVALID_ARGUMENT);
    return "refused " + FieldOf(*refusal);
  }
  // As a service reads it: what stands twice is merged.
  static auto* const factory = new google::protobuf::DynamicMessageFactory();
  const std::unique_ptr<google::protobuf::Message> parsed(
      factory->GetPrototype(found.route->method->descriptor->input_type())->New());
  EXPECT_TRUE(parsed->ParseFromString(std::get<std::string>(message)));
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(*parsed, &text).ok());
  return json::parse(text);
}

TEST(RequestMessageTest, PathQueryAndBodyMakeTheMessage) {
  EXPECT_EQ(Made("GET", "/v1/shelves/1/books/2"), json({{"name", "shelves/1/books/2"}}));
  EXPECT_EQ(Made("GET", "/v1/shelves/1/books?pageSize=5&wanted.years=1&wanted.years=2"),
            json({{"parent", "shelves/1"}, {"pageSize", 5}, {"wanted", {{"years", {1, 2}}}}}));
  EXPECT_EQ(Made("POST", "/v1/shelves/1/books?request_id=r", R"({"title": "t"})"),
            json({{"parent", "shelves/1"}, {"requestId", "r"}, {"book", {{"title", "t"}}}}));
  EXPECT_EQ(Made("POST", "/v1/shelves/1/books"), json({{"parent", "shelves/1"}}));
}

TEST(RequestMessageTest, ThePathWinsOverTheBody) {
  EXPECT_EQ(Made("PATCH", "/v1/shelves/1/books/2", R"({"name": "x", "title": "t"})"),
            json({{"book", {{"name", "shelves/1/books/2"}, {"title", "t"}}}}));
  EXPECT_EQ(Made("POST", "/v1/shelves/1/books/2:lend", R"({"name": "x"})"),
            json({{"name", "shelves/1/books/2"}}));
}

TEST(RequestMessageTest, WhatDoesNotFitIsRefusedWithTheField) {
  const std::string shelf = "/v1/shelves/1/books";
  EXPECT_EQ(Made("GET", shelf + "?colour=red"), "refused colour");
  EXPECT_EQ(Made("GET", shelf + "?pageSize=x"), "refused page_size");
  EXPECT_EQ(Made("GET", shelf + "?pageSize=1&page_size=1"), "refused page_size");
  EXPECT_EQ(Made("GET", shelf + "?parent=shelves/2"), "refused parent");
  EXPECT_EQ(Made("GET", shelf + "?labels=x"), "refused labels");
  EXPECT_EQ(Made("GET", shelf + "?wanted=x"), "refused wanted");
  EXPECT_EQ(Made("GET", shelf + "?wanted.years.x=1"), "refused wanted.years.x");
  EXPECT_EQ(Made("GET", shelf + "?a=%ff"), "refused ");
  EXPECT_EQ(Made("GET", shelf, "{}"), "refused ");
  EXPECT_EQ(Made("POST", shelf + "?book.title=x", "{}"), "refused book.title");
  EXPECT_EQ(Made("POST", shelf, R"({"colour": 1})"), "refused book.colour");
  EXPECT_EQ(Made("POST", shelf, R"({"chapters": [{}, {"first_page": "x"}]})"),
            "refused book.chapters[1].first_page");
  EXPECT_EQ(Made("POST", shelf, "{"), "refused book");
  EXPECT_EQ(Made("POST", "/v1/calls?text=x", "{}"), "refused text");
}

TEST(RouteTableTest, TheMoreLiteralPathIsTriedFirst) {
  EXPECT_EQ(Routes().Find("POST", "/v1/calls:publicly").route->method->path,
            "/maplebridge.echo.v1.EchoService/CallPublicly");
  EXPECT_EQ(Routes().Find("POST", "/v1/calls").route->method->path,
            "/maplebridge.echo.v1.EchoService/Call");
}

TEST(RouteTableTest, APathWithOtherHttpMethodsNamesThem) {
  const auto found = Routes().Find("PUT", "/v1/shelves/1/books/2");
  EXPECT_EQ(found.route, nullptr);
  EXPECT_EQ(found.other_methods, "DELETE, GET, PATCH");
  EXPECT_EQ(Routes().Find("GET", "/v1/nothing").other_methods, "");
  EXPECT_EQ(Routes().Find("GET", "").route, nullptr);
}

google::api::HttpRule& RuleOf(google::protobuf::FileDescriptorSet& files, int method) {
  auto& file = *files.mutable_file(files.file_size() - 1);
  return *file.mutable_service(1)->mutable_method(method)->mutable_options()->MutableExtension(
      google::api::http);
}

TEST(RouteTableTest, WrongRulesAreRefusedAndNamed) {
  const std::vector<std::pair<std::function<void(google::api::HttpRule&)>, std::string>> wrong = {
      {[](auto& rule) { rule.clear_get(); }, "no HTTP method"},
      {[](auto& rule) { rule.set_get("v1"); }, "slash"},
      {[](auto& rule) { rule.set_get("/v1/{nme=a/*}"); }, "nme"},
      {[](auto& rule) { rule.set_get("/v1/{read_mask=a/*}"); }, "read_mask"},
      {[](auto& rule) { rule.set_body("name"); }, "name"},
      {[](auto& rule) { rule.set_response_body("colour"); }, "colour"},
      {[](auto& rule) { rule.set_get("/v1/{name=shelves/*}/books"); }, "also that of"},
  };
  for (const auto& [change, word] : wrong) {
    auto files = EchoDescriptors();
    change(RuleOf(files, 0));
    const auto catalogue = MethodCatalogue::FromDescriptors(files);
    ASSERT_TRUE(catalogue.ok());
    const auto routes = RouteTable::FromCatalogue(**catalogue);
    ASSERT_FALSE(routes.ok()) << word;
    EXPECT_THAT(std::string(routes.status().message()), HasSubstr(word));
  }
}

TEST(JsonCodecTest, StatusHasItsDetailsAndKeepsUnknownOnes) {
  Refusal status = MakeRefusal(grpc::StatusCode::NOT_FOUND, "GONE", "没有", {{"a", "b"}},
                               absl::Milliseconds(1500));
  auto* unknown = status.add_details();
  unknown->set_type_url("type.googleapis.com/no.such.Type");
  unknown->set_value(std::string("\0\xff", 2));
  EXPECT_EQ(
      json::parse(Codec().StatusToJson(status)),
      json({{"code", 5},
            {"message", "没有"},
            {"details",
             {{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
               {"reason", "GONE"},
               {"domain", "maplebridge"},
               {"metadata", {{"a", "b"}}}},
              {{"@type", "type.googleapis.com/google.rpc.RetryInfo"}, {"retryDelay", "1.500s"}},
              {{"@type", "type.googleapis.com/no.such.Type"}, {"value", "AP8="}}}}}));
}

TEST(JsonCodecTest, AWrongValueIsNamedWithWhatIsAccepted) {
  const struct {
    const char* json;
    const char* field;
    const char* expected;
  } cases[] = {
      {R"({"binding": "STAPLED"})", "binding", "; expected one of BINDING_SEWN, BINDING_GLUED"},
      {R"({"pages": "many"})", "pages", "; expected a whole number from -2147483648 to 2147483647"},
      {R"({"isPresent": "perhaps"})", "is_present", "; expected true or false"},
      {R"({"weight": "heavy"})", "weight", "; expected a number"},
      {R"({"copiesSold": "1.5"})", "copies_sold", "; expected a whole number, 64 bits"},
  };
  for (const auto& each : cases) {
    const auto made = Codec().ToBinary("maplebridge.echo.v1.Book", each.json);
    const auto* error = std::get_if<JsonError>(&made);
    ASSERT_NE(error, nullptr) << each.json;
    EXPECT_EQ(error->field, each.field);
    EXPECT_THAT(error->description, HasSubstr(each.expected)) << each.json;
    EXPECT_EQ(error->description.find("TYPE_"), std::string::npos) << error->description;
  }
}

TEST(JsonCodecTest, AnAnyOfAnUnknownTypeHasNoJson) {
  google::protobuf::Any any;
  any.set_type_url("type.googleapis.com/no.such.Type");
  any.set_value("x");
  std::string text;
  EXPECT_FALSE(Codec().ToJson("google.protobuf.Any", any.SerializeAsString(), &text).ok());
}

TEST(HttpStatusTest, EveryCodeHasAStatusAndEveryStatusAPhrase) {
  for (int code = 0; code <= 16; ++code) {
    const int status = HttpStatusOf(code);
    EXPECT_TRUE(code == 0 ? status == 200 : status >= 400) << code;
    EXPECT_FALSE(ReasonPhrase(status).empty()) << status;
  }
  EXPECT_EQ(HttpStatusOf(-1), 500);
  EXPECT_EQ(HttpStatusOf(17), 500);
}

TEST(OpenApiTest, EveryRouteStandsInTheDocumentOnce) {
  const json document = json::parse(OpenApiDocument(EchoCatalogue(), Routes(), "1.2.3"));
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  size_t operations = 0;
  for (const auto& [path, item] : document["paths"].items()) operations += item.size();
  EXPECT_EQ(operations, Routes().routes().size());
  const json& chapter =
      document["components"]["schemas"]["maplebridge.echo.v1.Book.Chapter"]["properties"];
  EXPECT_EQ(chapter["parts"]["items"]["$ref"],
            "#/components/schemas/maplebridge.echo.v1.Book.Chapter");
}

}  // namespace
}  // namespace maplebridge::gateway
