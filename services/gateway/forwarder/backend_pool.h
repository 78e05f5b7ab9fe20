// The connections of one loop to one service: a few, kept up, made again with growing pauses when
// they break. A service that is down is answered for at once, never waited for.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "services/gateway/forwarder/backend_session.h"

namespace maplebridge::gateway {

struct BackendAddress {
  std::string name;  // "docking"; the certificate must be made out to it.
  std::string host;
  std::string port;
};

class BackendPool {
 public:
  // Without a TLS context the connections are plain (benchmarks only).
  BackendPool(FlushQueue& queue, BackendAddress address, TlsContext tls, size_t most_connections);
  ~BackendPool();

  // Makes the first connection.
  void Start();
  // Closes all connections, opens no more.
  void Stop();

  // Puts the call on a connection, or lets it wait for the one that is being made. False when the
  // service is down: the stream is then untouched.
  bool Open(BackendStream& stream, HeaderBlock headers);
  // The same for a call that the service refused unseen.
  bool OpenAgain(BackendStream& stream);

  bool is_up() const;
  // The same as it last changed; from any thread.
  bool was_up() const { return was_up_; }
  const std::string& name() const { return address_.name; }
  // Called whenever is_up() may have changed.
  void set_on_change(std::function<void()> on_change) { on_change_ = std::move(on_change); }

 private:
  friend class BackendStream;
  using Resolved = boost::asio::ip::tcp::resolver::results_type;

  bool Place(BackendStream& stream);
  BackendSession* Pick();
  void Connect();
  void OnResolved(boost::system::error_code error, const Resolved& endpoints);
  void OnConnected(boost::system::error_code error);
  void OnUsable(BackendSession& session);
  void OnSessionClosed(BackendSession& session);
  void Failed();
  void RetryLater();
  void Forget(BackendStream& stream);
  void NotifyChange();

  FlushQueue& queue_;
  const BackendAddress address_;
  const TlsContext tls_;
  const size_t most_connections_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket connecting_;
  boost::asio::steady_timer attempt_timer_;
  boost::asio::steady_timer retry_timer_;
  std::vector<std::shared_ptr<BackendSession>> sessions_;
  std::list<BackendStream*> waiting_;
  std::function<void()> on_change_;
  std::minstd_rand random_{std::random_device()()};
  int failures_ = 0;
  std::atomic<bool> was_up_{false};
  bool is_attempting_ = false;  // From Connect until SETTINGS came or it failed.
  bool is_stopped_ = false;
};

}  // namespace maplebridge::gateway
