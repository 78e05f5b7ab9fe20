// The methods of the suite as descriptors: from the protoset beside the program, or, without one,
// from the gateway's reflection. Any method can be called with them, also one that is newer than
// this program.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/maplectl_source/gateway_client.h"

namespace maplebridge::maplectl {

class MethodBook {
 public:
  static absl::StatusOr<std::unique_ptr<MethodBook>> FromFile(const std::string& protoset);
  static absl::StatusOr<std::unique_ptr<MethodBook>> FromReflection(const GatewayClient& client);

  // By its full name with "." or "/", by "Service.Method", or by "Method" when only one service has
  // it. NOT_FOUND names the nearest; INVALID_ARGUMENT names all that are meant.
  absl::StatusOr<const google::protobuf::MethodDescriptor*> Find(std::string_view name) const;
  // Every method, "package.Service/Method", sorted.
  std::vector<std::string> MethodNames() const;

  // A message of the type, empty. Lives no longer than the book.
  std::unique_ptr<google::protobuf::Message> NewMessage(
      const google::protobuf::Descriptor* type) const;

 private:
  void List();

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::unique_ptr<google::protobuf::DynamicMessageFactory> factory_;
  std::vector<std::string> file_names_;
  std::vector<const google::protobuf::MethodDescriptor*> methods_;
};

// "package.Service/Method".
std::string NameOf(const google::protobuf::MethodDescriptor& method);
// "COUNTY_BUREAU, CITY_BUREAU": who may call; empty when the method says nothing.
std::string RolesOf(const google::protobuf::MethodDescriptor& method);

}  // namespace maplebridge::maplectl
