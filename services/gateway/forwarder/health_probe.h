// Asks one service every second how it is, over the connections that calls take: a service whose
// database is away answers NOT_SERVING, and so does the gateway for it.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "services/gateway/forwarder/backend_pool.h"
#include "services/gateway/forwarder/backend_stream.h"
#include "services/gateway/local/local_call.h"

namespace maplebridge::gateway {

class HealthProbe final : public ResponseHandler {
 public:
  explicit HealthProbe(BackendPool& pool) : pool_(pool) {}

  // Every second, on the pool's loop.
  void Tick();
  // What the service last said; from any thread. A service without grpc.health.v1 counts as serving
  // while it can be reached.
  bool is_serving() const { return is_serving_; }

 private:
  static constexpr size_t kLargestAnswer = 1024;
  // Seconds without an answer after which a service counts as not serving.
  static constexpr int kPatience = 3;

  void OnResponseHeaders(const HeaderBlock& headers, bool is_last) override;
  void OnResponseData(std::string_view bytes) override;
  void OnResponseTrailers(HeaderBlock trailers) override;
  void OnResponseBodyEnd() override {}
  void OnRequestBytesPassed(size_t) override {}
  void OnBackendEnd(BackendEnd end) override;

  void Ask();
  void OnStatus(const HeaderBlock& headers);

  BackendPool& pool_;
  std::unique_ptr<BackendStream> stream_;
  std::unique_ptr<MessageReader> reader_;
  int waited_ = 0;
  bool said_serving_ = false;
  std::atomic<bool> is_serving_{false};
};

}  // namespace maplebridge::gateway
