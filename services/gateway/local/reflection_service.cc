#include "services/gateway/local/reflection_service.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>

namespace maplebridge::gateway {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;

void AddWithImports(const FileDescriptor& file, std::set<const FileDescriptor*>& seen,
                    ServerReflectionResponse& response) {
  if (!seen.insert(&file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  response.mutable_file_descriptor_response()->add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddWithImports(*file.dependency(i), seen, response);
  }
}

void AnswerFile(const FileDescriptor* file, const std::string& asked,
                ServerReflectionResponse& response) {
  if (file == nullptr) {
    response.mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
    response.mutable_error_response()->set_error_message("not found: " + asked);
    return;
  }
  std::set<const FileDescriptor*> seen;
  AddWithImports(*file, seen, response);
}

class ReflectionCall final : public LocalCall {
 public:
  ReflectionCall(const ReflectionService& service, LocalReply& reply)
      : service_(service), reply_(reply) {}

  void OnMessage(std::string_view bytes) override {
    ServerReflectionRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      reply_.FinishCall(grpc::StatusCode::INVALID_ARGUMENT, "not a ServerReflectionRequest");
      return;
    }
    reply_.SendMessage(service_.Answer(request).SerializeAsString());
  }

  void OnRequestEnd() override { reply_.FinishCall(grpc::StatusCode::OK, ""); }

 private:
  const ReflectionService& service_;
  LocalReply& reply_;
};

}  // namespace

std::unique_ptr<LocalCall> ReflectionService::Start(LocalReply& reply) const {
  return std::make_unique<ReflectionCall>(*this, reply);
}

ServerReflectionResponse ReflectionService::Answer(const ServerReflectionRequest& request) const {
  const google::protobuf::DescriptorPool& pool = catalogue_.pool();
  ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kListServices:
      for (const std::string& name : catalogue_.service_names()) {
        response.mutable_list_services_response()->add_service()->set_name(name);
      }
      break;
    case ServerReflectionRequest::kFileByFilename:
      AnswerFile(pool.FindFileByName(request.file_by_filename()), request.file_by_filename(),
                 response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()),
                 request.file_containing_symbol(), response);
      break;
    case ServerReflectionRequest::kFileContainingExtension: {
      const auto& asked = request.file_containing_extension();
      const auto* type = pool.FindMessageTypeByName(asked.containing_type());
      const FieldDescriptor* extension =
          type == nullptr ? nullptr : pool.FindExtensionByNumber(type, asked.extension_number());
      AnswerFile(extension == nullptr ? nullptr : extension->file(), asked.containing_type(),
                 response);
      break;
    }
    case ServerReflectionRequest::kAllExtensionNumbersOfType: {
      auto* answer = response.mutable_all_extension_numbers_response();
      answer->set_base_type_name(request.all_extension_numbers_of_type());
      const auto* type = pool.FindMessageTypeByName(request.all_extension_numbers_of_type());
      std::vector<const FieldDescriptor*> extensions;
      if (type != nullptr) pool.FindAllExtensions(type, &extensions);
      for (const FieldDescriptor* extension : extensions) {
        answer->add_extension_number(extension->number());
      }
      break;
    }
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(grpc::StatusCode::INVALID_ARGUMENT);
      response.mutable_error_response()->set_error_message("the request asks for nothing");
      break;
  }
  return response;
}

}  // namespace maplebridge::gateway
