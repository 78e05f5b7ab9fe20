// grpc.health.v1.Health, answered from the state of the connections: the empty name asks
// for the gateway, a service's full name for the backend behind it.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <functional>
#include <memory>
#include <string>

#include "grpc/health/v1/health.pb.h"
#include "services/gateway/catalogue/method_catalogue.h"
#include "services/gateway/local/local_call.h"

namespace maplebridge::gateway {

class HealthService {
 public:
  using Status = grpc::health::v1::HealthCheckResponse::ServingStatus;

  // `is_backend_up` answers for a backend's name.
  HealthService(const MethodCatalogue& catalogue,
                std::function<bool(const std::string&)> is_backend_up)
      : catalogue_(catalogue), is_backend_up_(std::move(is_backend_up)) {}

  std::unique_ptr<LocalCall> StartCheck(LocalReply& reply);
  std::unique_ptr<LocalCall> StartWatch(LocalReply& reply);

  Status StatusOf(const std::string& service) const;
  // A backend came or went: watchers hear of it.
  void NotifyWatchers();
  // From now on the gateway as a whole is NOT_SERVING.
  void StopServing();

 private:
  class CheckCall;
  class WatchCall;

  const MethodCatalogue& catalogue_;
  const std::function<bool(const std::string&)> is_backend_up_;
  absl::flat_hash_set<WatchCall*> watchers_;
  bool is_serving_ = true;
};

}  // namespace maplebridge::gateway
