#include "common/server/method_service.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

namespace maplebridge {

int MethodService::Add(const std::string& full_method, grpc::internal::RpcMethod::RpcType type) {
  names_.push_back(full_method);
  AddMethod(new grpc::internal::RpcServiceMethod(names_.back().c_str(), type, nullptr));
  return count_++;
}

void MethodService::AddUnaryMethod(const std::string& full_method, UnaryStart start) {
  int index = Add(full_method, grpc::internal::RpcMethod::NORMAL_RPC);
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                 std::move(start)));
}

void MethodService::AddServerStreamMethod(const std::string& full_method, ServerStreamStart start) {
  int index = Add(full_method, grpc::internal::RpcMethod::SERVER_STREAMING);
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                 std::move(start)));
}

void MethodService::AddClientStreamMethod(const std::string& full_method, ClientStreamStart start) {
  int index = Add(full_method, grpc::internal::RpcMethod::CLIENT_STREAMING);
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackClientStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                 std::move(start)));
}

}  // namespace maplebridge
