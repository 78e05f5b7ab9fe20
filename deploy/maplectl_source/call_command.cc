#include "deploy/maplectl_source/call_command.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <iterator>

#include "common/status/macros.h"
#include "deploy/maplectl_source/generic_call.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

absl::StatusOr<std::string> Serialised(const MethodBook& book, const MethodDescriptor& method,
                                       const Json& json) {
  std::unique_ptr<Message> message = book.NewMessage(method.input_type());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json.dump(), message.get());
  if (parsed.ok()) return message->SerializeAsString();
  return Problem(absl::StatusCode::kInvalidArgument,
                 absl::StrCat("the request is no ", method.input_type()->full_name(), ": ",
                              std::string(parsed.message())),
                 absl::StrCat("its fields stand in proto/", method.file()->name()));
}

absl::Status Show(const Console& console, const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = !console.json();
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!printed.ok()) return absl::InternalError(std::string(printed.message()));
  if (json.empty() || json.back() != '\n') json += '\n';
  console.Print(json);
  return absl::OkStatus();
}

absl::Status MakeCall(const Console& console, const GatewayClient& client, const MethodBook& book,
                      const MethodDescriptor& method, const CallOptions& options) {
  MB_ASSIGN_OR_RETURN(const std::string text, RequestText(options.request));
  MB_ASSIGN_OR_RETURN(const std::vector<Json> requests,
                      RequestsIn(text, method.client_streaming()));
  std::vector<std::string> messages;
  for (const Json& json : requests) {
    MB_ASSIGN_OR_RETURN(std::string bytes, Serialised(book, method, json));
    messages.push_back(std::move(bytes));
  }
  // A stream from the server ends when the caller ends it.
  const absl::Duration timeout =
      method.server_streaming() ? absl::InfiniteDuration() : absl::Seconds(options.timeout_seconds);
  GenericCall call(client, method, timeout);
  bool going = call.Start();
  for (const std::string& bytes : messages) going = going && call.Write(bytes);
  if (going) call.WritesDone();
  absl::Status shown;
  for (grpc::ByteBuffer buffer; going && shown.ok() && call.Read(&buffer);) {
    std::unique_ptr<Message> answer = book.NewMessage(method.output_type());
    shown = ParseAnswer(buffer, answer.get());
    if (shown.ok()) shown = Show(console, *answer);
  }
  const grpc::Status status = call.Finish();
  if (status.ok()) return shown;
  return WithRoles(client.Explain(status), method);
}

}  // namespace

absl::StatusOr<std::string> RequestText(const std::string& argument) {
  if (argument.empty()) return std::string("{}");
  if (argument == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  if (argument[0] == '@') return ReadFile(argument.substr(1));
  return argument;
}

absl::StatusOr<std::vector<Json>> RequestsIn(const std::string& text, bool is_stream) {
  std::vector<Json> requests;
  const Json whole = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!whole.is_discarded()) {
    if (!is_stream || !whole.is_array()) return std::vector<Json>{whole};
    return std::vector<Json>(whole.begin(), whole.end());
  }
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    Json one = Json::parse(std::string(line), nullptr, /*allow_exceptions=*/false);
    if (one.is_discarded() || !is_stream) {
      return Problem(absl::StatusCode::kInvalidArgument, "the request is no JSON",
                     is_stream
                         ? "give an array, or one object a line"
                         : "give one object in single quotes, @FILE, or - for standard input");
    }
    requests.push_back(std::move(one));
  }
  return requests;
}

absl::StatusOr<std::unique_ptr<MethodBook>> OpenMethodBook(const Installation& installation,
                                                           const GatewayClient* client) {
  if (client != nullptr) return MethodBook::FromReflection(*client);
  return MethodBook::FromFile(installation.protoset());
}

int RunCall(const Console& console, const Installation& installation,
            const GatewaySettings& settings, const CallOptions& options) {
  auto run = [&]() -> absl::Status {
    // A wrong word is said before any connection is tried.
    absl::StatusOr<std::unique_ptr<MethodBook>> book = absl::NotFoundError("");
    if (!options.by_reflection) book = OpenMethodBook(installation, nullptr);
    std::unique_ptr<GatewayClient> client;
    auto connect = [&]() -> absl::Status {
      if (client) return absl::OkStatus();
      MB_ASSIGN_OR_RETURN(GatewayClient opened,
                          GatewayClient::Open(installation, settings, /*as_operator=*/true));
      client = std::make_unique<GatewayClient>(std::move(opened));
      return absl::OkStatus();
    };
    if (!book.ok()) {
      MB_RETURN_IF_ERROR(connect());
      book = OpenMethodBook(installation, client.get());
      MB_RETURN_IF_ERROR(book.status());
    }
    if (options.list) {
      for (const std::string& name : (*book)->MethodNames()) console.Print(name + "\n");
      return absl::OkStatus();
    }
    if (options.method.empty()) {
      return Problem(absl::StatusCode::kInvalidArgument, "no method is given",
                     "maplectl call --list names all");
    }
    MB_ASSIGN_OR_RETURN(const MethodDescriptor* method, (*book)->Find(options.method));
    MB_RETURN_IF_ERROR(connect());
    return MakeCall(console, *client, **book, *method, options);
  };
  const absl::Status status = run();
  return status.ok() ? kDone : console.Fail(status);
}

}  // namespace maplebridge::maplectl
