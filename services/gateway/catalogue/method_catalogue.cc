#include "services/gateway/catalogue/method_catalogue.h"

#include <absl/strings/str_cat.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <fstream>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge::gateway {

namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

// What the gateway answers itself has no annotation of ours: its policy stands here. Health tells
// nothing about a case, and reflection tells what the published OpenAPI document tells.
struct BuiltInService {
  const google::protobuf::FileDescriptor* file;
  RoleSet allowed_roles;
};

std::vector<BuiltInService> BuiltInServices() {
  const RoleSet anyone = RoleBit(options::v1::ROLE_PUBLIC);
  return {{grpc::health::v1::HealthCheckRequest::descriptor()->file(), anyone},
          {grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file(), anyone}};
}

// With what it imports first, unless it is there already.
void AddFile(const google::protobuf::FileDescriptor& file, FileDescriptorSet& files) {
  for (const FileDescriptorProto& known : files.file()) {
    if (known.name() == file.name()) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), files);
  file.CopyTo(files.add_file());
}

}  // namespace

bool Method::is_public() const { return (allowed_roles & RoleBit(options::v1::ROLE_PUBLIC)) != 0; }

std::string BackendOfPackage(std::string_view package) {
  constexpr std::string_view kPrefix = "maplebridge.";
  if (package.substr(0, kPrefix.size()) != kPrefix) return "";
  package.remove_prefix(kPrefix.size());
  return std::string(package.substr(0, package.find('.')));
}

absl::StatusOr<std::unique_ptr<MethodCatalogue>> MethodCatalogue::Load(
    const std::string& protoset_path) {
  std::ifstream stream(protoset_path, std::ios::binary);
  FileDescriptorSet files;
  if (!stream || !files.ParseFromIstream(&stream)) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read descriptors from ", protoset_path,
                     ": expected a FileDescriptorSet with imports and source information"));
  }
  return FromDescriptors(std::move(files));
}

absl::StatusOr<std::unique_ptr<MethodCatalogue>> MethodCatalogue::FromDescriptors(
    FileDescriptorSet files) {
  for (const BuiltInService& built_in : BuiltInServices()) AddFile(*built_in.file, files);
  // No service's proto imports the details of errors, yet they travel and are shown as JSON.
  AddFile(*google::rpc::ErrorInfo::descriptor()->file(), files);
  AddFile(*google::rpc::Status::descriptor()->file(), files);
  auto catalogue = std::make_unique<MethodCatalogue>();
  catalogue->pool_ = std::make_unique<google::protobuf::DescriptorPool>();
  std::vector<const google::protobuf::FileDescriptor*> built;
  for (const FileDescriptorProto& file : files.file()) {
    const auto* descriptor = catalogue->pool_->BuildFile(file);
    if (descriptor == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("descriptors: ", file.name(), " does not build; imports must come first"));
    }
    built.push_back(descriptor);
  }
  for (const auto* file : built) {
    for (int i = 0; i < file->service_count(); ++i) {
      absl::Status added = catalogue->AddService(*file->service(i));
      if (!added.ok()) return added;
    }
  }
  return catalogue;
}

absl::Status MethodCatalogue::AddService(const google::protobuf::ServiceDescriptor& service) {
  RoleSet built_in_roles = 0;
  for (const BuiltInService& built_in : BuiltInServices()) {
    if (built_in.file->name() == service.file()->name()) built_in_roles = built_in.allowed_roles;
  }
  const std::string backend = BackendOfPackage(service.file()->package());
  if (backend.empty() && built_in_roles == 0) return absl::OkStatus();  // Nobody's: not served.

  service_names_.push_back(service.full_name());
  for (int i = 0; i < service.method_count(); ++i) {
    const google::protobuf::MethodDescriptor* descriptor = service.method(i);
    Method method;
    method.path = absl::StrCat("/", service.full_name(), "/", descriptor->name());
    method.backend = backend;
    method.descriptor = descriptor;
    method.allowed_roles = built_in_roles;
    for (const int role : descriptor->options().GetExtension(options::v1::access).roles()) {
      if (role > options::v1::ROLE_UNSPECIFIED && role < 64) method.allowed_roles |= RoleBit(role);
    }
    if (method.allowed_roles == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("method ", method.path,
                       " has no access policy: declare (maplebridge.options.v1.access) with at "
                       "least one role"));
    }
    AddMethod(std::move(method));
  }
  return absl::OkStatus();
}

void MethodCatalogue::AddMethod(Method method) {
  method.index = methods_.size();
  methods_.push_back(std::make_unique<Method>(std::move(method)));
  by_path_[methods_.back()->path] = methods_.back().get();
}

const Method* MethodCatalogue::Find(std::string_view path) const {
  const auto found = by_path_.find(absl::string_view(path.data(), path.size()));
  return found == by_path_.end() ? nullptr : found->second;
}

}  // namespace maplebridge::gateway
