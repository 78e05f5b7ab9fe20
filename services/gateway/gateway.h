// The whole gateway: loops and their threads, listeners, signals, metrics.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "services/gateway/forwarder/listener.h"
#include "services/gateway/forwarder/loop.h"
#include "services/gateway/json/http_service.h"
#include "services/gateway/observe/audit_log.h"
#include "services/gateway/observe/metrics_page.h"
#include "services/gateway/options.h"

namespace maplebridge::gateway {

class Gateway {
 public:
  // Reads all files and listens; serves nothing yet.
  static absl::StatusOr<std::unique_ptr<Gateway>> Create(const Options& options);
  ~Gateway();

  // Serves until SIGTERM or SIGINT, then drains.
  void Run();

 private:
  enum class Side { kTls, kPlain, kHttp, kMetrics };

  explicit Gateway(const Options& options);
  absl::Status ReadFiles();
  absl::Status ReadTls();
  absl::StatusOr<std::vector<BackendAddress>> BackendAddresses() const;
  absl::Status Listen();
  absl::Status ListenOn(const std::string& address, Side side);
  void Place(Side side, Listener::Socket socket, const std::string& peer_address);
  HttpHandler HandlerFor(Loop& loop, Side side) const;
  void Admit(Loop& loop, Side side, Listener::Socket socket, const std::string& peer_address);
  void WaitForSignal();
  void ReloadCallers();
  void Drain();
  void StopLoops();

  const Options options_;
  std::unique_ptr<MethodCatalogue> catalogue_;
  std::unique_ptr<HttpService> http_;
  RateLimiter limiter_;
  AuditLog audit_;
  TlsContext server_tls_;
  LoopParts parts_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<Listener>> listeners_;  // Those of loop i stand at i, i + n, …
  std::unique_ptr<MetricsPage> metrics_;
  std::vector<std::thread> threads_;
  // The main thread's own loop: signals and the bound on draining.
  boost::asio::io_context control_{1};
  boost::asio::signal_set signals_{control_};
  boost::asio::steady_timer drain_timer_{control_};
  size_t loops_to_drain_ = 0;
  bool is_draining_ = false;
};

}  // namespace maplebridge::gateway
