// grpc.reflection.v1alpha.ServerReflection for all services behind the gateway together, from the
// descriptor file.
#pragma once

#include <memory>

#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "services/gateway/catalogue/method_catalogue.h"
#include "services/gateway/local/local_call.h"

namespace maplebridge::gateway {

class ReflectionService {
 public:
  explicit ReflectionService(const MethodCatalogue& catalogue) : catalogue_(catalogue) {}

  std::unique_ptr<LocalCall> Start(LocalReply& reply) const;

  grpc::reflection::v1alpha::ServerReflectionResponse Answer(
      const grpc::reflection::v1alpha::ServerReflectionRequest& request) const;

 private:
  const MethodCatalogue& catalogue_;
};

}  // namespace maplebridge::gateway
