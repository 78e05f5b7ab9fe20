#include "services/gateway/gateway.h"

#include <absl/strings/str_cat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <fstream>
#include <sstream>

#include "common/logging/log.h"
#include "services/gateway/forwarder/server_session.h"
#include "services/gateway/json/http_session.h"

namespace maplebridge::gateway {

namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

absl::StatusOr<BackendAddress> ParseBackend(const std::string& name, const std::string& address) {
  const size_t colon = address.rfind(':');
  if (name.empty() || colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("service \"", name, "\" at \"", address, "\": expected HOST:PORT"));
  }
  return BackendAddress{name, address.substr(0, colon), address.substr(colon + 1)};
}

}  // namespace

Gateway::Gateway(const Options& options)
    : options_(options), limiter_(options.rate_limit), audit_(STDOUT_FILENO) {}

Gateway::~Gateway() {
  listeners_.clear();
  loops_.clear();
}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Create(const Options& options) {
  std::unique_ptr<Gateway> gateway(new Gateway(options));
  absl::Status status = gateway->ReadFiles();
  if (status.ok()) status = gateway->ReadTls();
  if (status.ok()) status = gateway->Listen();
  if (!status.ok()) return status;
  return gateway;
}

absl::Status Gateway::ReadFiles() {
  auto catalogue = MethodCatalogue::Load(options_.descriptors);
  if (!catalogue.ok()) return catalogue.status();
  catalogue_ = *std::move(catalogue);
  auto http = HttpService::Create(*catalogue_);
  if (!http.ok()) return http.status();
  http_ = *std::move(http);

  auto context_key = ReadFile(options_.context_key);
  if (!context_key.ok()) return context_key.status();
  auto signer = ContextSigner::Create(*context_key);
  if (!signer.ok()) return signer.status();
  parts_.signer = *std::move(signer);
  if (!options_.token_issuer_key.empty()) {
    auto issuer_key = ReadFile(options_.token_issuer_key);
    if (!issuer_key.ok()) return issuer_key.status();
    parts_.token_issuer_key = *std::move(issuer_key);
  }
  auto directory = options_.callers.empty() ? CallerDirectory::Parse("[]", limiter_)
                                            : CallerDirectory::Load(options_.callers, limiter_);
  if (!directory.ok()) return directory.status();
  parts_.directory = *std::move(directory);
  auto backends = BackendAddresses();
  if (!backends.ok()) return backends.status();
  parts_.backends = *std::move(backends);
  parts_.catalogue = catalogue_.get();
  parts_.limiter = &limiter_;
  parts_.audit = &audit_;
  parts_.connections_per_backend = static_cast<size_t>(options_.connections_per_backend);
  parts_.limits.streams_per_connection = static_cast<uint32_t>(options_.streams_per_connection);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BackendAddress>> Gateway::BackendAddresses() const {
  std::vector<std::pair<std::string, std::string>> named = {{"registry", options_.registry},
                                                            {"roster", options_.roster},
                                                            {"docking", options_.docking},
                                                            {"analytics", options_.analytics}};
  for (const std::string& entry : options_.backends) {
    const size_t equals = entry.find('=');
    named.emplace_back(entry.substr(0, equals),
                       equals == std::string::npos ? "?" : entry.substr(equals + 1));
  }
  std::vector<BackendAddress> backends;
  for (const auto& [name, address] : named) {
    if (address.empty()) continue;
    auto backend = ParseBackend(name, address);
    if (!backend.ok()) return backend.status();
    backends.push_back(*std::move(backend));
  }
  return backends;
}

absl::Status Gateway::ReadTls() {
  if (!options_.listen.empty()) {
    auto tls =
        MakeServerTls({options_.tls_certificate, options_.tls_key, options_.caller_authority});
    if (!tls.ok()) return tls.status();
    server_tls_ = *std::move(tls);
  }
  if (!options_.plaintext_backends) {
    auto tls = MakeBackendTls({options_.tls_certificate, options_.tls_key, options_.tls_authority});
    if (!tls.ok()) return tls.status();
    parts_.backend_tls = *std::move(tls);
  }
  return absl::OkStatus();
}

absl::Status Gateway::Listen() {
  const size_t count = options_.loops > 0 ? static_cast<size_t>(options_.loops)
                                          : std::max(1U, std::thread::hardware_concurrency());
  std::vector<Loop*> loops;
  for (size_t i = 0; i < count; ++i) {
    loops_.push_back(std::make_unique<Loop>(parts_));
    loops.push_back(loops_.back().get());
  }
  for (const auto& loop : loops_) loop->set_all_loops({loops.begin(), loops.end()});
  absl::Status status = ListenOn(options_.listen, Side::kTls);
  if (status.ok()) status = ListenOn(options_.plaintext_listen, Side::kPlain);
  if (status.ok()) status = ListenOn(options_.http_listen, Side::kHttp);
  metrics_ = std::make_unique<MetricsPage>(*catalogue_, std::move(loops), audit_);
  if (status.ok()) status = ListenOn(options_.metrics_listen, Side::kMetrics);
  return status;
}

absl::Status Gateway::ListenOn(const std::string& address, Side side) {
  if (address.empty()) return absl::OkStatus();
  for (const auto& loop : loops_) {
    auto listener = std::make_unique<Listener>(
        loop->io(), [this, side](Listener::Socket socket, const std::string& peer_address) {
          Place(side, std::move(socket), peer_address);
        });
    absl::Status status = listener->Listen(address);
    if (!status.ok()) return status;
    listeners_.push_back(std::move(listener));
  }
  return absl::OkStatus();
}

// The kernel spreads connections by chance; few and long ones would share a loop while another
// idles. So each goes to the loop with the fewest.
void Gateway::Place(Side side, Listener::Socket socket, const std::string& peer_address) {
  Loop* best = loops_.front().get();
  for (const auto& loop : loops_) {
    if (loop->call_log().open_connections() < best->call_log().open_connections()) {
      best = loop.get();
    }
  }
  ++best->call_log().open_connections();
  const bool is_ipv6 = socket.local_endpoint().address().is_v6();
  boost::system::error_code error;
  const int descriptor = socket.release(error);
  if (error) return;
  boost::asio::post(best->io(), [this, best, side, descriptor, is_ipv6, peer_address] {
    Listener::Socket moved(best->io());
    boost::system::error_code failed;
    moved.assign(is_ipv6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4(), descriptor,
                 failed);
    if (failed) {
      ::close(descriptor);
    } else {
      Admit(*best, side, std::move(moved), peer_address);
    }
  });
}

HttpHandler Gateway::HandlerFor(Loop& loop, Side side) const {
  if (side == Side::kHttp) return http_->HandlerFor(loop);
  return [this](const HttpRequest& request, const SendAnswer& answer) {
    HttpAnswer page;
    page.content_type = "text/plain; version=0.0.4; charset=utf-8";
    if (request.method == "GET" && request.path == "/metrics") {
      page.body = metrics_->Text();
    } else {
      page.status = 404;
      page.body = "only GET /metrics is here\n";
    }
    answer(std::move(page));
    return nullptr;
  };
}

void Gateway::Admit(Loop& loop, Side side, Listener::Socket socket,
                    const std::string& peer_address) {
  if (loop.is_full()) return;  // The socket closes.
  if (side == Side::kHttp || side == Side::kMetrics) {
    auto session = std::make_shared<HttpSession>(loop, std::move(socket), peer_address,
                                                 HandlerFor(loop, side));
    loop.Enter(session);
    session->Start();
    if (loop.is_draining()) session->Drain();
    return;
  }
  const int descriptor = socket.native_handle();
  auto transport = side == Side::kTls ? MakeServerTransport(descriptor, server_tls_)
                                      : MakePlainTransport(descriptor);
  auto session =
      std::make_shared<ServerSession>(loop, std::move(socket), std::move(transport), peer_address);
  loop.Enter(session);
  session->Start();
  // Accepted in the last moment: it is asked to leave as soon as it can listen.
  if (loop.is_draining()) session->Drain();
}

void Gateway::Run() {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.add(SIGHUP);
  WaitForSignal();
  for (size_t i = 0; i < loops_.size(); ++i) {
    loops_[i]->Start();
    for (size_t l = i; l < listeners_.size(); l += loops_.size()) listeners_[l]->Start();
    threads_.emplace_back([loop = loops_[i].get()] {
      const auto keep = boost::asio::make_work_guard(loop->io());
      loop->io().run();
    });
  }
  Log(LogLevel::kInfo, "serving",
      {{"methods", absl::StrCat(catalogue_->methods().size())},
       {"loops", absl::StrCat(loops_.size())},
       {"grpc", options_.listen},
       {"json", options_.http_listen}});
  control_.run();
  for (std::thread& thread : threads_) thread.join();
  Log(LogLevel::kInfo, "stopped");
}

void Gateway::WaitForSignal() {
  signals_.async_wait([this](boost::system::error_code error, int signal) {
    if (error) return;
    if (signal == SIGHUP) {
      ReloadCallers();
    } else if (is_draining_) {
      StopLoops();  // Asked twice: now.
      return;
    } else {
      Drain();
    }
    WaitForSignal();
  });
}

void Gateway::ReloadCallers() {
  if (options_.callers.empty()) return;
  auto directory = CallerDirectory::Load(options_.callers, limiter_);
  if (!directory.ok()) {
    Log(LogLevel::kError, "callers not reloaded, the list before stays",
        {{"error", std::string(directory.status().message())}});
    return;
  }
  for (const auto& loop : loops_) {
    boost::asio::post(loop->io(), [target = loop.get(), value = *directory] {
      target->gatekeeper().UseDirectory(value);
    });
  }
  Log(LogLevel::kInfo, "callers reloaded", {{"callers", absl::StrCat((*directory)->size())}});
}

void Gateway::Drain() {
  is_draining_ = true;
  Log(LogLevel::kInfo, "draining", {{"seconds_at_most", absl::StrCat(options_.drain_seconds)}});
  loops_to_drain_ = loops_.size();
  for (size_t i = 0; i < loops_.size(); ++i) {
    boost::asio::post(loops_[i]->io(), [this, i] {
      for (size_t l = i; l < listeners_.size(); l += loops_.size()) listeners_[l]->Stop();
      loops_[i]->Drain([this] {
        boost::asio::post(control_, [this] {
          if (--loops_to_drain_ == 0) StopLoops();
        });
      });
    });
  }
  drain_timer_.expires_after(std::chrono::seconds(options_.drain_seconds));
  drain_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) StopLoops();
  });
}

void Gateway::StopLoops() {
  for (const auto& loop : loops_) {
    boost::asio::post(loop->io(), [target = loop.get()] { target->Stop(); });
  }
  drain_timer_.cancel();
  signals_.cancel();
}

}  // namespace maplebridge::gateway
