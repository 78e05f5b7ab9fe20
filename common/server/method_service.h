// A gRPC service made from descriptors at run time instead of by generated code: what the generated
// WithRawCallbackMethod classes do, for any method.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <string>

namespace maplebridge {

class MethodService : public grpc::Service {
 public:
  using Context = grpc::CallbackServerContext;
  using UnaryStart = std::function<grpc::ServerUnaryReactor*(Context*, const grpc::ByteBuffer*,
                                                             grpc::ByteBuffer*)>;
  using ServerStreamStart =
      std::function<grpc::ServerWriteReactor<grpc::ByteBuffer>*(Context*, const grpc::ByteBuffer*)>;
  using ClientStreamStart =
      std::function<grpc::ServerReadReactor<grpc::ByteBuffer>*(Context*, grpc::ByteBuffer*)>;

  void AddUnaryMethod(const std::string& full_method, UnaryStart start);
  void AddServerStreamMethod(const std::string& full_method, ServerStreamStart start);
  void AddClientStreamMethod(const std::string& full_method, ClientStreamStart start);

 private:
  int Add(const std::string& full_method, grpc::internal::RpcMethod::RpcType type);

  std::deque<std::string> names_;  // gRPC keeps pointers to them
  int count_ = 0;
};

}  // namespace maplebridge
