// One HTTP/1.1 connection: requests in turn, each handed to a handler and answered. Runs on its
// loop's thread. Meant for loopback, behind a proxy that ends TLS.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "services/gateway/forwarder/loop.h"
#include "services/gateway/json/http_message.h"

namespace maplebridge::gateway {

class HttpSession final : public Guest, public std::enable_shared_from_this<HttpSession> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  HttpSession(Loop& loop, Socket socket, std::string peer_address, HttpHandler handler);
  ~HttpSession() override;

  void Start();

  void Tick(absl::Time now) override;
  void Drain() override;
  void CloseNow() override;

 private:
  // What Beast needs to read one request.
  struct Reader;
  enum class State { kIdle, kReading, kWorking, kWriting, kLeaving, kClosed };

  void Enter(State state);
  void WaitReadable();
  void OnReadable();
  void ReadHeader();
  void ReadBody();
  void OnReadFailed(boost::system::error_code error);
  void Work();
  HttpRequest TakeRequest();
  void Answer(HttpAnswer answer);
  void Write();
  void OnWritten();
  void LeaveGently();
  void Discard();

  Loop& loop_;
  Socket socket_;
  const std::string peer_address_;
  const HttpHandler handler_;
  const std::unique_ptr<Reader> reader_;
  std::unique_ptr<HttpWork> work_;
  std::string written_;
  std::array<char, 4096> discarded_;
  State state_ = State::kIdle;
  absl::Time state_since_;
  // Tells an answer that comes late from that of the request being worked on.
  uint64_t request_number_ = 0;
  bool is_waiting_readable_ = false;
  bool keeps_alive_ = true;
  bool is_draining_ = false;
};

}  // namespace maplebridge::gateway
