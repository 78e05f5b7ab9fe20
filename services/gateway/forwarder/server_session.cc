#include "services/gateway/forwarder/server_session.h"

#include "services/gateway/forwarder/server_stream.h"

namespace maplebridge::gateway {

namespace {

constexpr uint32_t kStreamWindow = 256 * 1024;
// Bounds the bytes of all requests of one caller that wait here for slow services.
constexpr int32_t kConnectionWindow = 4 * 1024 * 1024;
constexpr uint32_t kHeaderListSize = 16 * 1024;
// A call that the caller sent before it read our notice is here by then.
constexpr absl::Duration kNoticeTime = absl::Seconds(1);

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

ServerSession& Self(void* user_data) {
  return *static_cast<ServerSession*>(static_cast<Connection*>(user_data));
}

}  // namespace

ServerSession::ServerSession(Loop& loop, Socket socket, std::unique_ptr<Transport> transport,
                             std::string peer_address)
    : Connection(loop.flush_queue(), std::move(socket), std::move(transport)),
      loop_(loop),
      peer_address_(std::move(peer_address)),
      accepted_at_(absl::Now()),
      idle_since_(accepted_at_) {}

ServerSession::~ServerSession() = default;

nghttp2_session_callbacks* ServerSession::Callbacks() {
  static nghttp2_session_callbacks* const callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, OnFrameSent);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, OnStreamClose);
    return made;
  }();
  return callbacks;
}

void ServerSession::OnReady() {
  peer_uri_ = transport().PeerUri();
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  // Streams that have ended are not kept for the priority tree, which gRPC does not use.
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_max_send_header_block_length(option, 64 * 1024);
  // Debian's libnghttp2 ends a connection above 33 cancelled streams a second; a court's system
  // with deadlines may cancel more.
  const ResetBound& resets = loop_.gatekeeper().IsRegistered(peer_uri_)
                                 ? loop_.limits().resets_of_registered
                                 : loop_.limits().resets_of_others;
  nghttp2_option_set_stream_reset_rate_limit(option, resets.at_once, resets.a_second);
  nghttp2_session_server_new2(&session_, Callbacks(), static_cast<Connection*>(this), option);
  nghttp2_option_del(option);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, loop_.limits().streams_per_connection},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kHeaderListSize},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  if (is_draining_) Drain();
}

void ServerSession::OnClosed() {
  // Streams may be what keeps other objects busy; none of them touches this session again.
  const auto streams = std::move(streams_);
  streams_.clear();
  for (const auto& [id, stream] : streams) stream->OnClose(NGHTTP2_CANCEL);
  loop_.Leave(*this);
}

void ServerSession::Tick(absl::Time now) {
  const Limits& limits = loop_.limits();
  if (!is_ready()) {
    if (now - accepted_at_ > limits.handshake) Close();
    return;
  }
  if (now - header_block_since_ > limits.header_block) {
    Close();
    return;
  }
  if (streams_.empty() && now - idle_since_ > limits.idle && !is_draining_) Drain();
  if (is_draining_) FinishDrain(now);
}

// First a GOAWAY that refuses nothing, so that calls on their way still arrive; the one that names
// the last stream follows a second later.
void ServerSession::Drain() {
  is_draining_ = true;
  if (!is_ready() || session_ == nullptr) return;
  noticed_at_ = absl::Now();
  nghttp2_submit_shutdown_notice(session_);
  ScheduleFlush();
}

void ServerSession::FinishDrain(absl::Time now) {
  if (!has_final_goaway_) {
    if (now - noticed_at_ < kNoticeTime) return;
    has_final_goaway_ = true;
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
    ScheduleFlush();
    return;
  }
  if (streams_.empty()) Close();
}

ServerStream* ServerSession::StreamOf(nghttp2_session* session, int32_t id) {
  return static_cast<ServerStream*>(nghttp2_session_get_stream_user_data(session, id));
}

int ServerSession::OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame,
                                  void* user_data) {
  ServerSession& self = Self(user_data);
  self.header_block_since_ = absl::Now();
  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  const int32_t id = frame->hd.stream_id;
  auto stream = std::make_unique<ServerStream>(self, id, self.header_block_since_);
  nghttp2_session_set_stream_user_data(session, id, stream.get());
  self.streams_.emplace(id, std::move(stream));
  return 0;
}

int ServerSession::OnHeader(nghttp2_session* session, const nghttp2_frame* frame,
                            const uint8_t* name, size_t name_size, const uint8_t* value,
                            size_t value_size, uint8_t flags, void*) {
  ServerStream* stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  // What is too large is decoded (the compression state needs it) but not kept; a caller that
  // goes on and on is cut off.
  const ServerStream::HeaderFit fit =
      stream->OnHeader(View(name, name_size), View(value, value_size), flags);
  return fit == ServerStream::HeaderFit::kFlood ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int ServerSession::OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
  // Nothing may come between the frames of a header block: a whole frame means that it is over.
  Self(user_data).header_block_since_ = absl::InfiniteFuture();
  if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
  ServerStream* stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr) return 0;
  const bool ends_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    stream->OnRequestHeaders(ends_stream);
  } else if (ends_stream) {
    stream->OnRequestEnd();
  }
  return 0;
}

int ServerSession::OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void*) {
  const bool ends_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (!ends_stream || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)) {
    return 0;
  }
  if (ServerStream* stream = StreamOf(session, frame->hd.stream_id)) stream->OnResponseSent();
  return 0;
}

int ServerSession::OnData(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes,
                          size_t size, void*) {
  ServerStream* stream = StreamOf(session, id);
  if (stream == nullptr) {
    nghttp2_session_consume(session, id, size);
  } else {
    stream->OnRequestData(View(bytes, size));
  }
  return 0;
}

int ServerSession::OnStreamClose(nghttp2_session*, int32_t id, uint32_t error_code,
                                 void* user_data) {
  ServerSession& self = Self(user_data);
  self.header_block_since_ = absl::InfiniteFuture();
  const auto found = self.streams_.find(id);
  if (found == self.streams_.end()) return 0;
  const std::unique_ptr<ServerStream> stream = std::move(found->second);
  self.streams_.erase(found);
  stream->OnClose(error_code);
  if (self.streams_.empty()) self.idle_since_ = absl::Now();
  return 0;
}

}  // namespace maplebridge::gateway
