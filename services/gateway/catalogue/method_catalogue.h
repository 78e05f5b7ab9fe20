// Every method that the gateway serves, read from the descriptor file: where it goes, who may
// call it, how it looks in HTTP. Built once at start, then only read; safe from any thread.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::gateway {

// A set of maplebridge.options.v1.Role, one bit a role.
using RoleSet = uint64_t;
constexpr RoleSet RoleBit(int role) { return RoleSet{1} << role; }

struct Method {
  // "/maplebridge.docking.v1.ReferralService/GetReferral"
  std::string path;
  // "docking"; empty for what the gateway answers itself.
  std::string backend;
  RoleSet allowed_roles = 0;
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  // Place in MethodCatalogue::methods(); metrics are kept by it.
  size_t index = 0;

  bool is_public() const;
  bool is_local() const { return backend.empty(); }
};

class MethodCatalogue {
 public:
  // Fails when a method has no access policy, or one without roles.
  static absl::StatusOr<std::unique_ptr<MethodCatalogue>> Load(const std::string& protoset_path);
  static absl::StatusOr<std::unique_ptr<MethodCatalogue>> FromDescriptors(
      google::protobuf::FileDescriptorSet files);

  // Null when no such method is published.
  const Method* Find(std::string_view path) const;

  const std::vector<std::unique_ptr<Method>>& methods() const { return methods_; }
  const google::protobuf::DescriptorPool& pool() const { return *pool_; }
  // Names of the published services, the gateway's own included.
  const std::vector<std::string>& service_names() const { return service_names_; }

 private:
  absl::Status AddService(const google::protobuf::ServiceDescriptor& service);
  void AddMethod(Method method);

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::vector<std::unique_ptr<Method>> methods_;
  std::vector<std::string> service_names_;
  absl::flat_hash_map<std::string, const Method*> by_path_;
};

// "maplebridge.docking.v1" gives "docking"; anything else gives "".
std::string BackendOfPackage(std::string_view package);

}  // namespace maplebridge::gateway
