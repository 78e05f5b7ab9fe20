// Takes connections on one address for one loop; several loops listen on the same address
// (SO_REUSEPORT) and the kernel spreads what comes.
#pragma once

#include <absl/status/status.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

namespace maplebridge::gateway {

class Listener {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using OnSocket = std::function<void(Socket socket, std::string peer_address)>;

  Listener(boost::asio::io_context& loop, OnSocket on_socket)
      : acceptor_(loop), pause_(loop), on_socket_(std::move(on_socket)) {}

  // `address` is HOST:PORT with a numeric host; "[::1]:443" for IPv6.
  absl::Status Listen(const std::string& address);
  void Start() { Accept(); }
  // Hands over what the kernel has already accepted, then listens no more.
  void Stop();

 private:
  void Accept();
  void HandOver(Socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const OnSocket on_socket_;
};

}  // namespace maplebridge::gateway
