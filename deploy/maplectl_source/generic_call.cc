#include "deploy/maplectl_source/generic_call.h"

#include <absl/strings/str_cat.h>

#include <vector>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/method_book.h"

namespace maplebridge::maplectl {
namespace {

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

GenericCall::GenericCall(const GatewayClient& client,
                         const google::protobuf::MethodDescriptor& method, absl::Duration timeout)
    : stub_(client.channel()) {
  client.Prepare(&context_, "", timeout);
  call_ = stub_.PrepareCall(&context_, "/" + NameOf(method), &queue_);
}

GenericCall::~GenericCall() {
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

bool GenericCall::Start() {
  return Done([this] { call_->StartCall(this); });
}

bool GenericCall::Write(const std::string& bytes) {
  return Done([&] { call_->Write(BufferOf(bytes), this); });
}

bool GenericCall::WritesDone() {
  return Done([this] { call_->WritesDone(this); });
}

bool GenericCall::Read(grpc::ByteBuffer* buffer) {
  return Done([&] { call_->Read(buffer, this); });
}

grpc::Status GenericCall::Finish() {
  grpc::Status status;
  Done([&] { call_->Finish(&status, this); });
  return status;
}

bool GenericCall::Done(const std::function<void()>& start) {
  start();
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

absl::Status ParseAnswer(const grpc::ByteBuffer& buffer, google::protobuf::Message* message) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return absl::DataLossError("an answer without bytes");
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  if (message->ParseFromString(bytes)) return absl::OkStatus();
  return Problem(absl::StatusCode::kDataLoss, "the answer does not fit the descriptors",
                 "they may be older than the service: try maplectl call --reflection");
}

grpc::Status CallOnce(const GatewayClient& client, const google::protobuf::MethodDescriptor& method,
                      const google::protobuf::Message& request, absl::Duration timeout,
                      const std::function<bool(const grpc::ByteBuffer&)>& take) {
  GenericCall call(client, method, timeout);
  bool going = call.Start() && call.Write(request.SerializeAsString());
  if (going) call.WritesDone();
  for (grpc::ByteBuffer buffer; going && call.Read(&buffer);) going = take(buffer);
  return call.Finish();
}

absl::Status WithRoles(absl::Status explained, const google::protobuf::MethodDescriptor& method) {
  const std::string roles = RolesOf(method);
  const bool is_about_rights =
      absl::IsPermissionDenied(explained) || absl::IsUnauthenticated(explained);
  if (!is_about_rights || roles.empty()) return explained;
  return WithMend(std::move(explained),
                  absl::StrCat("roles that may call: ", roles,
                               "; mint one: --token \"$(maplectl token --role ROLE …)\""));
}

}  // namespace maplebridge::maplectl
