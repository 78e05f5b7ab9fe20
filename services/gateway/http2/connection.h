// One HTTP/2 connection, towards a caller or towards a service: socket, transport and libnghttp2
// session, with reads as they come and writes gathered. Runs on its loop's thread only.
//
// Bytes are written when all events that are ready now have been handled: what many streams have
// to say goes out in one system call.
#pragma once

#include <nghttp2/nghttp2.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "services/gateway/http2/transport.h"

namespace maplebridge::gateway {

class Connection;

// Connections of one loop that have something to write, and the buffers that they share.
class FlushQueue {
 public:
  explicit FlushQueue(boost::asio::io_context& loop) : loop_(loop) {}

  void Add(std::shared_ptr<Connection> connection);
  boost::asio::io_context& loop() { return loop_; }
  std::vector<uint8_t>& read_buffer() { return read_buffer_; }
  std::vector<uint8_t>& write_buffer() { return write_buffer_; }

 private:
  void Run();

  static constexpr size_t kReadSize = 64 * 1024;
  boost::asio::io_context& loop_;
  std::vector<std::shared_ptr<Connection>> waiting_;
  bool is_posted_ = false;
  std::vector<uint8_t> read_buffer_ = std::vector<uint8_t>(kReadSize);
  std::vector<uint8_t> write_buffer_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  Connection(FlushQueue& queue, Socket socket, std::unique_ptr<Transport> transport);
  virtual ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Call once, when a shared_ptr owns the object.
  void Start();
  // Asks that what libnghttp2 has to send be sent soon.
  void ScheduleFlush();
  // Ends the connection: at once, or on return from libnghttp2 when called from inside it.
  void Close();

  bool is_ready() const { return is_ready_; }
  bool is_closed() const { return is_closed_; }
  nghttp2_session* session() { return session_; }

 protected:
  // The handshake is done: make `session_` and submit SETTINGS.
  virtual void OnReady() = 0;
  // The connection is gone; the session still exists but nothing may be sent.
  virtual void OnClosed() = 0;
  // Bytes came.
  virtual void OnActivity() {}

  Transport& transport() { return *transport_; }
  FlushQueue& queue() { return queue_; }

  nghttp2_session* session_ = nullptr;

 private:
  friend class FlushQueue;

  void ContinueHandshake();
  void WaitReadable();
  void Read();
  bool ReadOnce(bool* may_have_more);
  void Flush();
  bool FlushSome();
  bool WriteOut(const std::vector<uint8_t>& bytes, size_t from);
  void FinishClose();

  FlushQueue& queue_;
  Socket socket_;
  std::unique_ptr<Transport> transport_;
  // What the socket did not take; nothing new is gathered before it is gone.
  std::vector<uint8_t> unsent_;
  bool is_ready_ = false;
  bool is_closed_ = false;
  bool is_queued_ = false;
  bool is_waiting_writable_ = false;
  bool close_asked_ = false;
  int inside_session_ = 0;
};

}  // namespace maplebridge::gateway
