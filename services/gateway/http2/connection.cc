#include "services/gateway/http2/connection.h"

#include <boost/asio/post.hpp>

namespace maplebridge::gateway {

namespace {

// As much is gathered from libnghttp2 before it is written.
constexpr size_t kGather = 128 * 1024;
// Reads of one connection before others have their turn.
constexpr int kReadsInARow = 8;

}  // namespace

void FlushQueue::Add(std::shared_ptr<Connection> connection) {
  waiting_.push_back(std::move(connection));
  if (is_posted_) return;
  is_posted_ = true;
  boost::asio::post(loop_, [this] { Run(); });
}

void FlushQueue::Run() {
  // Flushing one connection (window updates) may put another into the queue.
  for (size_t i = 0; i < waiting_.size(); ++i) {
    const std::shared_ptr<Connection> connection = std::move(waiting_[i]);
    connection->is_queued_ = false;
    connection->Flush();
  }
  waiting_.clear();
  is_posted_ = false;
}

Connection::Connection(FlushQueue& queue, Socket socket, std::unique_ptr<Transport> transport)
    : queue_(queue), socket_(std::move(socket)), transport_(std::move(transport)) {}

Connection::~Connection() {
  if (session_ != nullptr) nghttp2_session_del(session_);
}

void Connection::Start() {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  ContinueHandshake();
}

void Connection::ContinueHandshake() {
  if (is_closed_) return;
  const Transport::Progress progress = transport_->Handshake();
  if (progress == Transport::Progress::kFailed) {
    Close();
    return;
  }
  if (progress == Transport::Progress::kDone) {
    is_ready_ = true;
    OnReady();
    ScheduleFlush();
    Read();
    return;
  }
  const auto what =
      progress == Transport::Progress::kWantsRead ? Socket::wait_read : Socket::wait_write;
  socket_.async_wait(what, [self = shared_from_this()](boost::system::error_code error) {
    if (error) {
      self->Close();
    } else {
      self->ContinueHandshake();
    }
  });
}

void Connection::WaitReadable() {
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                       if (error) {
                         self->Close();
                       } else {
                         self->Read();
                       }
                     });
}

void Connection::Read() {
  if (is_closed_) return;
  bool may_have_more = true;
  for (int i = 0; i < kReadsInARow && may_have_more; ++i) {
    if (!ReadOnce(&may_have_more)) return;
  }
  if (may_have_more) {
    boost::asio::post(queue_.loop(), [self = shared_from_this()] { self->Read(); });
  } else {
    WaitReadable();
  }
}

// False when the connection was closed.
bool Connection::ReadOnce(bool* may_have_more) {
  std::vector<uint8_t>& buffer = queue_.read_buffer();
  const Transport::Result result = transport_->Read(buffer.data(), buffer.size());
  if (result.progress == Transport::Progress::kFailed) {
    Close();
    return false;
  }
  if (result.progress != Transport::Progress::kDone) {
    *may_have_more = false;
    return true;
  }
  OnActivity();
  ++inside_session_;
  const ssize_t consumed = nghttp2_session_mem_recv(session_, buffer.data(), result.bytes);
  --inside_session_;
  if (consumed < 0 || close_asked_) {
    // A protocol error has its GOAWAY queued by libnghttp2: let it out first.
    if (!close_asked_) Flush();
    Close();
    return false;
  }
  ScheduleFlush();
  *may_have_more = transport_->MayHoldBytes() || result.bytes == buffer.size();
  return true;
}

void Connection::ScheduleFlush() {
  if (is_queued_ || is_closed_ || !is_ready_) return;
  is_queued_ = true;
  queue_.Add(shared_from_this());
}

void Connection::Flush() {
  if (is_closed_ || is_waiting_writable_ || session_ == nullptr) return;
  while (FlushSome()) {
  }
  if (is_closed_ || is_waiting_writable_) return;
  if (close_asked_ ||
      (!nghttp2_session_want_read(session_) && !nghttp2_session_want_write(session_))) {
    Close();
  }
}

// Gathers and writes one buffer. True when there may be more to send.
bool Connection::FlushSome() {
  std::vector<uint8_t>& gathered = queue_.write_buffer();
  gathered.clear();
  ++inside_session_;
  while (gathered.size() < kGather) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) close_asked_ = true;
    if (size <= 0) break;
    gathered.insert(gathered.end(), bytes, bytes + size);
  }
  --inside_session_;
  if (gathered.empty()) return false;
  return WriteOut(gathered, 0) && gathered.size() >= kGather;
}

// True when all was written. What was not is kept, and sent when the socket takes it.
bool Connection::WriteOut(const std::vector<uint8_t>& bytes, size_t from) {
  while (from < bytes.size()) {
    const Transport::Result result = transport_->Write(bytes.data() + from, bytes.size() - from);
    if (result.progress == Transport::Progress::kFailed) {
      Close();
      return false;
    }
    if (result.progress == Transport::Progress::kDone) {
      from += result.bytes;
      continue;
    }
    std::vector<uint8_t> rest(bytes.begin() + static_cast<ptrdiff_t>(from), bytes.end());
    unsent_.swap(rest);
    is_waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write,
                       [self = shared_from_this()](boost::system::error_code error) {
                         self->is_waiting_writable_ = false;
                         if (self->is_closed_) return;
                         if (error) {
                           self->Close();
                           return;
                         }
                         const std::vector<uint8_t> pending = std::move(self->unsent_);
                         self->unsent_.clear();
                         if (self->WriteOut(pending, 0)) self->Flush();
                       });
    return false;
  }
  return true;
}

void Connection::Close() {
  if (is_closed_) return;
  if (inside_session_ > 0) {
    close_asked_ = true;
    return;
  }
  FinishClose();
}

void Connection::FinishClose() {
  const std::shared_ptr<Connection> keep = shared_from_this();
  is_closed_ = true;
  OnClosed();
  transport_->Shutdown();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace maplebridge::gateway
