// One gRPC server: handlers by method name over descriptors. Messages are parsed here and not by
// generated code, so that malformed, oversized and incomplete requests get our errors with field
// details; policy comes from the protos' options; every call is counted and timed.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/server/call.h"

namespace grpc {
class ServerBuilder;
}
namespace prometheus {
class Registry;
}

namespace maplebridge {

// Sends the messages of a server-streaming answer.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // True when the message is on its way; false when the caller has gone: end the handler then.
  virtual Task<bool> Write(const google::protobuf::Message& message) = 0;
  virtual bool cancelled() const = 0;
};

// Reads the messages of a client-streaming request.
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // True and `message` filled, or false at the end. An error when the message is malformed.
  virtual Task<absl::StatusOr<bool>> Read(google::protobuf::Message* message) = 0;
};

class ServiceHost {
 public:
  // Only service_host.cc knows its members.
  struct State;
  struct Options {
    // Largest request accepted, in bytes.
    int largest_request = 4 << 20;
    EventLoops* loops = nullptr;
    const ContextVerifier* contexts = nullptr;
    std::shared_ptr<prometheus::Registry> metrics;
  };
  explicit ServiceHost(Options options);
  ~ServiceHost();

  // Handlers. `method` is "maplebridge.registry.v1.DisputeService.GetDispute". The call and the
  // request live until the handler ends.
  template <typename Request, typename Response>
  void Unary(std::string_view method,
             std::function<Task<absl::StatusOr<Response>>(Call&, const Request&)> handler) {
    AddUnary(method, Request::default_instance(), Response::default_instance(),
             [handler](Call& call, const google::protobuf::Message& request,
                       google::protobuf::Message* response) {
               return RunUnary<Request, Response>(handler, call, request, response);
             });
  }
  template <typename Request>
  void ServerStream(
      std::string_view method,
      std::function<Task<absl::Status>(Call&, const Request&, StreamWriter&)> handler) {
    AddServerStream(
        method, Request::default_instance(),
        [handler](Call& call, const google::protobuf::Message& request, StreamWriter& writer) {
          return handler(call, static_cast<const Request&>(request), writer);
        });
  }
  template <typename Response>
  void ClientStream(std::string_view method,
                    std::function<Task<absl::StatusOr<Response>>(Call&, StreamReader&)> handler) {
    AddClientStream(
        method, Response::default_instance(),
        [handler](Call& call, StreamReader& reader, google::protobuf::Message* response) {
          return RunClientStream<Response>(handler, call, reader, response);
        });
  }

  // FAILED_PRECONDITION names a method of a hosted service that has no handler or no policy.
  absl::Status RegisterWith(grpc::ServerBuilder& builder);
  // Calls under way.
  int active() const;
  // Full names of the services that are served.
  std::vector<std::string> services() const;

  using UnaryHandler = std::function<Task<absl::Status>(Call&, const google::protobuf::Message&,
                                                        google::protobuf::Message*)>;
  using ServerStreamHandler =
      std::function<Task<absl::Status>(Call&, const google::protobuf::Message&, StreamWriter&)>;
  using ClientStreamHandler =
      std::function<Task<absl::Status>(Call&, StreamReader&, google::protobuf::Message*)>;

 private:
  template <typename Request, typename Response>
  static Task<absl::Status> RunUnary(
      const std::function<Task<absl::StatusOr<Response>>(Call&, const Request&)>& handler,
      Call& call, const google::protobuf::Message& request, google::protobuf::Message* response) {
    absl::StatusOr<Response> answer = co_await handler(call, static_cast<const Request&>(request));
    if (!answer.ok()) co_return answer.status();
    *static_cast<Response*>(response) = std::move(*answer);
    co_return absl::OkStatus();
  }
  template <typename Response>
  static Task<absl::Status> RunClientStream(
      const std::function<Task<absl::StatusOr<Response>>(Call&, StreamReader&)>& handler,
      Call& call, StreamReader& reader, google::protobuf::Message* response) {
    absl::StatusOr<Response> answer = co_await handler(call, reader);
    if (!answer.ok()) co_return answer.status();
    *static_cast<Response*>(response) = std::move(*answer);
    co_return absl::OkStatus();
  }
  void AddUnary(std::string_view method, const google::protobuf::Message& request,
                const google::protobuf::Message& response, UnaryHandler handler);
  void AddServerStream(std::string_view method, const google::protobuf::Message& request,
                       ServerStreamHandler handler);
  void AddClientStream(std::string_view method, const google::protobuf::Message& response,
                       ClientStreamHandler handler);

  std::unique_ptr<State> state_;
};

}  // namespace maplebridge
