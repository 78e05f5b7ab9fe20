#include "services/gateway/local/health_service.h"

namespace maplebridge::gateway {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

class HealthService::CheckCall final : public LocalCall {
 public:
  CheckCall(HealthService& health, LocalReply& reply) : health_(health), reply_(reply) {}

  void OnMessage(std::string_view bytes) override {
    HealthCheckRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      reply_.FinishCall(grpc::StatusCode::INVALID_ARGUMENT, "not a HealthCheckRequest");
      return;
    }
    HealthCheckResponse response;
    response.set_status(health_.StatusOf(request.service()));
    if (response.status() == HealthCheckResponse::SERVICE_UNKNOWN) {
      reply_.FinishCall(grpc::StatusCode::NOT_FOUND, "no service " + request.service());
      return;
    }
    reply_.SendMessage(response.SerializeAsString());
    reply_.FinishCall(grpc::StatusCode::OK, "");
  }

  // Without effect when the message came: a call is finished once.
  void OnRequestEnd() override {
    reply_.FinishCall(grpc::StatusCode::INVALID_ARGUMENT, "the request holds no message");
  }

 private:
  HealthService& health_;
  LocalReply& reply_;
};

class HealthService::WatchCall final : public LocalCall {
 public:
  WatchCall(HealthService& health, LocalReply& reply) : health_(health), reply_(reply) {}
  ~WatchCall() override { health_.watchers_.erase(this); }

  void OnMessage(std::string_view bytes) override {
    HealthCheckRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      reply_.FinishCall(grpc::StatusCode::INVALID_ARGUMENT, "not a HealthCheckRequest");
      return;
    }
    service_ = request.service();
    health_.watchers_.insert(this);
    Update();
    if (!health_.is_serving_) Finish();
  }

  void OnRequestEnd() override {}

  void Update() {
    const Status status = health_.StatusOf(service_);
    if (status == sent_) return;
    sent_ = status;
    HealthCheckResponse response;
    response.set_status(status);
    reply_.SendMessage(response.SerializeAsString());
  }

  void Finish() { reply_.FinishCall(grpc::StatusCode::UNAVAILABLE, "the gateway is stopping"); }

 private:
  HealthService& health_;
  LocalReply& reply_;
  std::string service_;
  Status sent_ = HealthCheckResponse::UNKNOWN;
};

std::unique_ptr<LocalCall> HealthService::StartCheck(LocalReply& reply) {
  return std::make_unique<CheckCall>(*this, reply);
}

std::unique_ptr<LocalCall> HealthService::StartWatch(LocalReply& reply) {
  return std::make_unique<WatchCall>(*this, reply);
}

HealthService::Status HealthService::StatusOf(const std::string& service) const {
  bool is_known = service.empty();
  bool is_up = is_serving_;
  if (!service.empty()) {
    const auto* descriptor = catalogue_.pool().FindServiceByName(service);
    if (descriptor != nullptr) {
      const std::string backend = BackendOfPackage(descriptor->file()->package());
      is_known = true;
      is_up = is_serving_ && (backend.empty() || is_backend_up_(backend));
    }
  }
  if (!is_known) return HealthCheckResponse::SERVICE_UNKNOWN;
  return is_up ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

void HealthService::NotifyWatchers() {
  for (WatchCall* watcher : watchers_) watcher->Update();
}

void HealthService::StopServing() {
  is_serving_ = false;
  NotifyWatchers();
  // A watch has no end of its own: it would keep its connection from draining.
  for (WatchCall* watcher : watchers_) watcher->Finish();
}

}  // namespace maplebridge::gateway
