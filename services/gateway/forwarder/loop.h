// One event loop, on one thread, with everything that a call needs: sessions, connections to the
// services, gatekeeper, log. Loops share nothing that changes but the rate buckets.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/gateway/catalogue/method_catalogue.h"
#include "services/gateway/forwarder/backend_pool.h"
#include "services/gateway/forwarder/health_probe.h"
#include "services/gateway/http2/connection.h"
#include "services/gateway/identity/gatekeeper.h"
#include "services/gateway/local/health_service.h"
#include "services/gateway/local/reflection_service.h"
#include "services/gateway/observe/call_log.h"
#include "services/gateway/observe/trace.h"

namespace maplebridge::gateway {

// Streams that a caller may cancel on one connection before it is ended (CVE-2023-44487).
struct ResetBound {
  uint64_t at_once;
  uint64_t a_second;
};

// Bounds that protect the gateway; all counted for each loop or connection.
struct Limits {
  uint32_t streams_per_connection = 1000;
  size_t connections = 10'000;
  // Bytes of answers that wait for slow readers, of all connections of the loop.
  size_t waiting_bytes = 256 * 1024 * 1024;
  // Of callers that showed a registered certificate, and of all others.
  ResetBound resets_of_registered = {10'000, 2000};
  ResetBound resets_of_others = {1000, 100};
  absl::Duration handshake = absl::Seconds(10);
  absl::Duration header_block = absl::Seconds(10);
  // A connection without a stream is asked to leave after this.
  absl::Duration idle = absl::Minutes(15);
};

// What all loops are made of; outlives them.
struct LoopParts {
  const MethodCatalogue* catalogue = nullptr;
  RateLimiter* limiter = nullptr;
  AuditLog* audit = nullptr;
  std::shared_ptr<const CallerDirectory> directory;
  std::shared_ptr<const ContextSigner> signer;
  std::string token_issuer_key;
  std::vector<BackendAddress> backends;
  TlsContext backend_tls;  // Null: plain connections.
  size_t connections_per_backend = 2;
  Limits limits;
};

// A connection from a caller, of either side, as the loop sees it.
class Guest {
 public:
  virtual ~Guest() = default;
  // Every second: close what takes too long.
  virtual void Tick(absl::Time now) = 0;
  // No new calls; leave when the open ones have ended.
  virtual void Drain() = 0;
  virtual void CloseNow() = 0;
};

class Loop {
 public:
  explicit Loop(const LoopParts& parts);

  // Every loop, this one included; call before Start.
  void set_all_loops(std::vector<const Loop*> all_loops) { all_loops_ = std::move(all_loops); }
  // Connects to the services and starts the clock. Then run io().
  void Start();
  // All guests leave; `on_empty` is called when they have.
  void Drain(std::function<void()> on_empty);
  // Ends what is left; io().run() returns.
  void Stop();

  void Enter(std::shared_ptr<Guest> guest);
  void Leave(Guest& guest);
  bool is_full() const { return guests_.size() >= limits_.connections; }
  bool is_draining() const { return is_draining_; }

  // Null when no address is configured for it.
  BackendPool* Pool(const std::string& backend);
  const std::map<std::string, std::unique_ptr<BackendPool>>& pools() const { return pools_; }

  // True when every loop reaches the service, for a call may come to any of them, and the service
  // says that it is serving. From any thread.
  bool IsUp(const std::string& backend) const;

  boost::asio::io_context& io() { return io_; }
  FlushQueue& flush_queue() { return flush_queue_; }
  Gatekeeper& gatekeeper() { return gatekeeper_; }
  HealthService& health() { return health_; }
  const ReflectionService& reflection() const { return reflection_; }
  const MethodCatalogue& catalogue() const { return catalogue_; }
  CallLog& call_log() { return call_log_; }
  TraceSource& traces() { return traces_; }
  const Limits& limits() const { return limits_; }
  // Bytes of answers that wait for readers, now.
  size_t& waiting_bytes() { return waiting_bytes_; }

 private:
  void Tick();

  boost::asio::io_context io_{1};
  FlushQueue flush_queue_{io_};
  const MethodCatalogue& catalogue_;
  const Limits limits_;
  Gatekeeper gatekeeper_;
  CallLog call_log_;
  TraceSource traces_;
  HealthService health_;
  ReflectionService reflection_;
  std::map<std::string, std::unique_ptr<BackendPool>> pools_;
  std::map<std::string, std::unique_ptr<HealthProbe>> probes_;  // After the pools they use.
  absl::flat_hash_map<Guest*, std::shared_ptr<Guest>> guests_;
  boost::asio::steady_timer ticker_{io_};
  std::vector<const Loop*> all_loops_;
  std::function<void()> on_empty_;
  size_t waiting_bytes_ = 0;
  bool is_draining_ = false;
};

}  // namespace maplebridge::gateway
