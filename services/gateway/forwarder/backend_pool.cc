#include "services/gateway/forwarder/backend_pool.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>

#include "common/logging/log.h"

namespace maplebridge::gateway {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100};
// As long as RetryInfo asks callers to wait.
constexpr milliseconds kLongestPause{1000};
constexpr milliseconds kAttemptLimit{3000};
// A second connection is used when each open one carries this many streams; fewer connections
// gather more into one write.
constexpr size_t kStreamsBeforeNext = 100;
constexpr size_t kMostWaiting = 2048;
constexpr unsigned kUnansweredLimitMilliseconds = 20'000;

}  // namespace

BackendPool::BackendPool(FlushQueue& queue, BackendAddress address, TlsContext tls,
                         size_t most_connections)
    : queue_(queue),
      address_(std::move(address)),
      tls_(std::move(tls)),
      most_connections_(std::max<size_t>(1, most_connections)),
      resolver_(queue.loop()),
      connecting_(queue.loop()),
      attempt_timer_(queue.loop()),
      retry_timer_(queue.loop()) {}

BackendPool::~BackendPool() {
  is_stopped_ = true;
  on_change_ = nullptr;
  for (const auto& session : std::vector(sessions_)) session->Close();
}

void BackendPool::Start() { Connect(); }

void BackendPool::Stop() {
  is_stopped_ = true;
  resolver_.cancel();
  retry_timer_.cancel();
  attempt_timer_.cancel();
  boost::system::error_code ignored;
  connecting_.close(ignored);
  for (const auto& session : std::vector(sessions_)) session->Leave();
}

bool BackendPool::is_up() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& session) { return session->can_open(); });
}

bool BackendPool::Open(BackendStream& stream, HeaderBlock headers) {
  stream.headers_ = std::move(headers);
  stream.home_ = this;
  return Place(stream);
}

bool BackendPool::OpenAgain(BackendStream& stream) {
  if (is_stopped_) return false;
  stream.Rewind();
  return Place(stream);
}

bool BackendPool::Place(BackendStream& stream) {
  if (BackendSession* session = Pick()) {
    session->Open(stream);
    return true;
  }
  if (!is_attempting_ || failures_ > 0 || waiting_.size() >= kMostWaiting) return false;
  stream.pool_ = this;
  waiting_.push_back(&stream);
  return true;
}

// The first connection with room, else the one with the fewest streams.
BackendSession* BackendPool::Pick() {
  BackendSession* best = nullptr;
  for (const auto& session : sessions_) {
    if (!session->can_open()) continue;
    if (session->stream_count() < kStreamsBeforeNext) return session.get();
    if (best == nullptr || session->stream_count() < best->stream_count()) best = session.get();
  }
  if (best != nullptr && sessions_.size() < most_connections_ && !is_attempting_) Connect();
  return best;
}

void BackendPool::Connect() {
  if (is_stopped_ || is_attempting_) return;
  is_attempting_ = true;
  attempt_timer_.expires_after(kAttemptLimit);
  attempt_timer_.async_wait([this](boost::system::error_code error) {
    if (error || !is_attempting_) return;
    boost::system::error_code ignored;
    resolver_.cancel();
    connecting_.close(ignored);
    const auto sessions = sessions_;
    for (const auto& session : sessions) {
      if (!session->was_usable()) session->Close();
    }
  });
  resolver_.async_resolve(address_.host, address_.port,
                          [this](boost::system::error_code error, const Resolved& endpoints) {
                            if (!is_stopped_) OnResolved(error, endpoints);
                          });
}

void BackendPool::OnResolved(boost::system::error_code error, const Resolved& endpoints) {
  if (error) {
    Failed();
    return;
  }
  boost::asio::async_connect(connecting_, endpoints,
                             [this](boost::system::error_code failed, const auto&) {
                               if (!is_stopped_) OnConnected(failed);
                             });
}

void BackendPool::OnConnected(boost::system::error_code error) {
  if (error) {
    Failed();
    return;
  }
  const int socket = connecting_.native_handle();
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnansweredLimitMilliseconds,
             sizeof(kUnansweredLimitMilliseconds));
  connecting_.set_option(boost::asio::socket_base::keep_alive(true), error);
  auto transport = tls_ == nullptr ? MakePlainTransport(socket)
                                   : MakeBackendTransport(socket, tls_, address_.name);
  BackendSession::Events events;
  events.on_usable = [this](BackendSession& session) { OnUsable(session); };
  events.on_draining = [this](BackendSession&) {
    NotifyChange();
    if (!is_up()) Connect();
  };
  events.on_closed = [this](BackendSession& session) { OnSessionClosed(session); };
  auto session = std::make_shared<BackendSession>(queue_, std::move(connecting_),
                                                  std::move(transport), std::move(events));
  connecting_ = boost::asio::ip::tcp::socket(queue_.loop());
  sessions_.push_back(session);
  session->Start();
}

void BackendPool::OnUsable(BackendSession& session) {
  if (failures_ > 0) {
    Log(LogLevel::kInfo, "service is reachable again", {{"backend", address_.name}});
  }
  is_attempting_ = false;
  failures_ = 0;
  attempt_timer_.cancel();
  std::list<BackendStream*> waiting;
  waiting.swap(waiting_);
  for (BackendStream* stream : waiting) {
    stream->pool_ = nullptr;
    session.Open(*stream);
  }
  NotifyChange();
}

void BackendPool::OnSessionClosed(BackendSession& session) {
  const bool was_usable = session.was_usable();
  std::erase_if(sessions_, [&](const auto& kept) { return kept.get() == &session; });
  if (is_stopped_) return;
  NotifyChange();
  if (!was_usable) {
    Failed();
  } else if (!is_up() && !is_attempting_) {
    // Soon, not at once: a service that accepts and breaks must not be hammered.
    RetryLater();
  }
}

void BackendPool::Failed() {
  is_attempting_ = false;
  attempt_timer_.cancel();
  if (is_stopped_) return;
  if (failures_++ == 0) {
    Log(LogLevel::kWarning, "service cannot be reached; trying again",
        {{"backend", address_.name}, {"address", address_.host + ":" + address_.port}});
  }
  std::list<BackendStream*> waiting;
  waiting.swap(waiting_);
  for (BackendStream* stream : waiting) stream->pool_ = nullptr;
  for (BackendStream* stream : waiting) {
    stream->handler_.OnBackendEnd({BackendEnd::Kind::kUnreachable});
  }
  if (!is_up()) RetryLater();
}

void BackendPool::RetryLater() {
  milliseconds pause = kFirstPause * (1 << std::min(failures_, 6));
  pause = std::min(pause, kLongestPause);
  // Up to a quarter less, so that many gateways do not come back as one.
  pause -= milliseconds(random_() % (pause.count() / 4 + 1));
  retry_timer_.expires_after(pause);
  retry_timer_.async_wait([this](boost::system::error_code error) {
    if (!error && !is_up()) Connect();
  });
}

void BackendPool::Forget(BackendStream& stream) {
  waiting_.remove(&stream);
  stream.pool_ = nullptr;
}

void BackendPool::NotifyChange() {
  was_up_ = is_up();
  if (on_change_ && !is_stopped_) on_change_();
}

}  // namespace maplebridge::gateway
