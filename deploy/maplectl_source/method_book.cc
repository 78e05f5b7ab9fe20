#include "deploy/maplectl_source/method_book.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/status/macros.h"
#include "deploy/maplectl_source/nearest_word.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge::maplectl {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::MethodDescriptor;
using grpc::reflection::v1alpha::ServerReflection;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;

// Adds a file after what it imports, as a pool wants it.
class Adder {
 public:
  Adder(std::map<std::string, FileDescriptorProto> files, google::protobuf::DescriptorPool& pool)
      : files_(std::move(files)), pool_(pool) {}

  absl::Status Add(const std::string& name) {
    if (!added_.insert(name).second) return absl::OkStatus();
    auto found = files_.find(name);
    if (found == files_.end()) return absl::DataLossError("the descriptors lack " + name);
    for (const std::string& import : found->second.dependency()) MB_RETURN_IF_ERROR(Add(import));
    if (pool_.BuildFile(found->second) == nullptr) {
      return absl::DataLossError("the descriptors of " + name + " contradict others");
    }
    return absl::OkStatus();
  }

 private:
  std::map<std::string, FileDescriptorProto> files_;
  google::protobuf::DescriptorPool& pool_;
  std::set<std::string> added_;
};

}  // namespace

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

std::string RolesOf(const MethodDescriptor& method) {
  const options::v1::Access& access = method.options().GetExtension(options::v1::access);
  return absl::StrJoin(access.roles(), ", ", [](std::string* out, int role) {
    const std::string& name = options::v1::Role_Name(static_cast<options::v1::Role>(role));
    absl::StrAppend(out, absl::StartsWith(name, "ROLE_") ? name.substr(5) : name);
  });
}

absl::StatusOr<std::unique_ptr<MethodBook>> MethodBook::FromFile(const std::string& protoset) {
  MB_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(protoset));
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromString(bytes)) {
    return absl::DataLossError(protoset + " is no set of descriptors");
  }
  auto book = std::make_unique<MethodBook>();
  book->pool_ = std::make_unique<google::protobuf::DescriptorPool>();
  for (const FileDescriptorProto& file : set.file()) {
    if (book->pool_->BuildFile(file) == nullptr) {
      return absl::DataLossError(protoset + ": the descriptors of " + file.name() + " are broken");
    }
    book->file_names_.push_back(file.name());
  }
  book->List();
  return book;
}

absl::StatusOr<std::unique_ptr<MethodBook>> MethodBook::FromReflection(
    const GatewayClient& client) {
  auto stub = ServerReflection::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(&context, "", absl::Seconds(20));
  auto stream = stub->ServerReflectionInfo(&context);
  auto ask = [&](const ServerReflectionRequest& request, ServerReflectionResponse* response) {
    return stream->Write(request) && stream->Read(response);
  };
  ServerReflectionRequest list;
  list.set_list_services("*");
  ServerReflectionResponse services;
  if (!ask(list, &services)) return client.Explain(stream->Finish());
  std::map<std::string, FileDescriptorProto> files;
  for (const auto& service : services.list_services_response().service()) {
    ServerReflectionRequest request;
    request.set_file_containing_symbol(service.name());
    ServerReflectionResponse response;
    if (!ask(request, &response)) return client.Explain(stream->Finish());
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      FileDescriptorProto file;
      if (file.ParseFromString(bytes)) files.emplace(file.name(), file);
    }
  }
  stream->WritesDone();
  stream->Finish();
  auto book = std::make_unique<MethodBook>();
  book->pool_ = std::make_unique<google::protobuf::DescriptorPool>();
  Adder adder(files, *book->pool_);
  for (const auto& [name, file] : files) {
    MB_RETURN_IF_ERROR(adder.Add(name));
    book->file_names_.push_back(name);
  }
  book->List();
  return book;
}

void MethodBook::List() {
  factory_ = std::make_unique<google::protobuf::DynamicMessageFactory>(pool_.get());
  for (const std::string& name : file_names_) {
    const auto* file = pool_->FindFileByName(name);
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods_.push_back(file->service(i)->method(j));
      }
    }
  }
  std::sort(methods_.begin(), methods_.end(),
            [](const auto* left, const auto* right) { return NameOf(*left) < NameOf(*right); });
}

std::vector<std::string> MethodBook::MethodNames() const {
  std::vector<std::string> names;
  for (const MethodDescriptor* method : methods_) names.push_back(NameOf(*method));
  return names;
}

absl::StatusOr<const MethodDescriptor*> MethodBook::Find(std::string_view name) const {
  std::string wanted(name);
  if (absl::StartsWith(wanted, "/")) wanted = wanted.substr(1);
  wanted = absl::StrReplaceAll(wanted, {{"/", "."}});
  std::vector<const MethodDescriptor*> fitting;
  for (const MethodDescriptor* method : methods_) {
    if (method->full_name() == wanted) return method;
    if (absl::EndsWith(method->full_name(), "." + wanted)) fitting.push_back(method);
  }
  if (fitting.size() == 1) return fitting[0];
  if (fitting.size() > 1) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   absl::StrCat(std::string(name), ": more than one method is called so"),
                   absl::StrCat("say which: ",
                                absl::StrJoin(fitting, ", ", [](std::string* out, const auto* m) {
                                  absl::StrAppend(out, NameOf(*m));
                                })));
  }
  if (methods_.empty()) {
    return Problem(absl::StatusCode::kNotFound, "the descriptors hold no method",
                   "build the target maplebridge_descriptors");
  }
  const std::string word = wanted.substr(wanted.rfind('.') + 1);
  const auto* nearest = *std::min_element(
      methods_.begin(), methods_.end(), [&word](const auto* left, const auto* right) {
        return EditDistance(left->name(), word) < EditDistance(right->name(), word);
      });
  return Problem(
      absl::StatusCode::kNotFound, absl::StrCat(std::string(name), ": no such method"),
      absl::StrCat("did you mean ", NameOf(*nearest), "? maplectl call --list names all"));
}

std::unique_ptr<google::protobuf::Message> MethodBook::NewMessage(
    const google::protobuf::Descriptor* type) const {
  return std::unique_ptr<google::protobuf::Message>(factory_->GetPrototype(type)->New());
}

}  // namespace maplebridge::maplectl
