#include "services/gateway/forwarder/listener.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace maplebridge::gateway {

namespace {

constexpr int kBacklog = 1024;
constexpr unsigned kUnansweredLimitMilliseconds = 30'000;

absl::StatusOr<boost::asio::ip::tcp::endpoint> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = colon == std::string::npos ? "" : address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  uint32_t port = 0;
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(host, error);
  if (error || colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on \"", address, "\": expected HOST:PORT with a numeric host"));
  }
  return boost::asio::ip::tcp::endpoint(ip, static_cast<uint16_t>(port));
}

}  // namespace

absl::Status Listener::Listen(const std::string& address) {
  auto endpoint = ParseAddress(address);
  if (!endpoint.ok()) return endpoint.status();
  boost::system::error_code error;
  acceptor_.open(endpoint->protocol(), error);
  const int on = 1;
  setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  if (!error) acceptor_.bind(*endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address, ": ", error.message()));
  }
  return absl::OkStatus();
}

void Listener::Accept() {
  acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
    if (error == boost::asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (error) {
      // Out of descriptors: trying again at once would spin.
      pause_.expires_after(std::chrono::milliseconds(50));
      pause_.async_wait([this](boost::system::error_code stopped) {
        if (!stopped) Accept();
      });
      return;
    }
    HandOver(std::move(socket));
    Accept();
  });
}

void Listener::HandOver(Socket socket) {
  boost::system::error_code ignored;
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnansweredLimitMilliseconds,
             sizeof(kUnansweredLimitMilliseconds));
  socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
  const auto peer = socket.remote_endpoint(ignored);
  on_socket_(std::move(socket), peer.address().to_string(ignored));
}

// Closing with connections in the kernel's queue would reset them.
void Listener::Stop() {
  boost::system::error_code ignored;
  acceptor_.non_blocking(true, ignored);
  for (;;) {
    boost::system::error_code none_left;
    Socket socket = acceptor_.accept(none_left);
    if (none_left) break;
    HandOver(std::move(socket));
  }
  acceptor_.close(ignored);
  pause_.cancel();
}

}  // namespace maplebridge::gateway
