// Calls of methods that are known by their descriptors alone.
#pragma once

#include <absl/status/status.h>
#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <memory>
#include <string>

#include "deploy/maplectl_source/gateway_client.h"

namespace maplebridge::maplectl {

// One call of whatever kind, one step after the other.
class GenericCall {
 public:
  GenericCall(const GatewayClient& client, const google::protobuf::MethodDescriptor& method,
              absl::Duration timeout);
  ~GenericCall();

  bool Start();
  bool Write(const std::string& bytes);
  bool WritesDone();
  bool Read(grpc::ByteBuffer* buffer);
  grpc::Status Finish();

 private:
  bool Done(const std::function<void()>& start);

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

// DATA_LOSS when the bytes are no such message.
absl::Status ParseAnswer(const grpc::ByteBuffer& buffer, google::protobuf::Message* message);

// Calls once with `request` and hands each answer on, until it refuses. The status is the call's
// own, not yet explained; `take` stops it by an error, which it keeps itself.
grpc::Status CallOnce(const GatewayClient& client, const google::protobuf::MethodDescriptor& method,
                      const google::protobuf::Message& request, absl::Duration timeout,
                      const std::function<bool(const grpc::ByteBuffer&)>& take);

// What is added to an error about rights: the roles that may call.
absl::Status WithRoles(absl::Status explained, const google::protobuf::MethodDescriptor& method);

}  // namespace maplebridge::maplectl
