#include "services/gateway/forwarder/backend_session.h"

#include <algorithm>

#include "services/gateway/forwarder/backend_pool.h"

namespace maplebridge::gateway {

namespace {

// Window of one stream: as much of an answer may wait here for a slow reader.
constexpr uint32_t kStreamWindow = 64 * 1024;
// The connection's window never holds back: one slow reader must not stop the others.
constexpr int32_t kConnectionWindow = 16 * 1024 * 1024;
// Headers of one answer, as HTTP/2 counts them.
constexpr size_t kLargestHeaders = 64 * 1024;

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

BackendSession& Self(void* user_data) {
  return *static_cast<BackendSession*>(static_cast<Connection*>(user_data));
}

}  // namespace

BackendStream::~BackendStream() { Reset(NGHTTP2_CANCEL); }

void BackendStream::Write(std::string_view bytes) {
  if (!is_open()) return;
  body_.Append(bytes);
  if (session_ == nullptr) return;
  nghttp2_session_resume_data(session_->session(), id_);
  session_->ScheduleFlush();
}

void BackendStream::Finish() {
  is_finished_ = true;
  if (session_ == nullptr) return;
  nghttp2_session_resume_data(session_->session(), id_);
  session_->ScheduleFlush();
}

void BackendStream::Reset(uint32_t error_code) {
  if (session_ != nullptr) session_->Reset(*this, error_code);
  if (pool_ != nullptr) pool_->Forget(*this);
}

void BackendStream::Consume(size_t count) {
  if (session_ == nullptr) return;
  nghttp2_session_consume_stream(session_->session(), id_, count);
  if (nghttp2_session_want_write(session_->session())) session_->ScheduleFlush();
}

void BackendStream::Keep(std::string_view passed) {
  if (!is_kept_) return;
  if (kept_.size() + passed.size() > kMostKept) {
    ForgetKept();
  } else {
    kept_.append(passed);
  }
}

void BackendStream::ForgetKept() {
  is_kept_ = false;
  headers_.Release();
  std::string().swap(kept_);
}

void BackendStream::Rewind() {
  ByteQueue whole;
  whole.Append(kept_);
  whole.Append(body_.view());
  body_ = std::move(whole);
  already_reported_ += kept_.size();
  kept_.clear();
  incoming_.Release();
}

BackendSession::BackendSession(FlushQueue& queue, Socket socket,
                               std::unique_ptr<Transport> transport, Events events)
    : Connection(queue, std::move(socket), std::move(transport)), events_(std::move(events)) {}

nghttp2_session_callbacks* BackendSession::Callbacks() {
  static nghttp2_session_callbacks* const callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, OnStreamClose);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(made, OnFrameNotSent);
    return made;
  }();
  return callbacks;
}

namespace {

// CANCELLED without details, which no handler of ours answers: a gRPC server that is stopping says
// it of calls that came too late for it, and of those that its patience ended.
bool IsBareCancel(const HeaderBlock& answer) {
  return answer.Find("grpc-status") == "1" && answer.Find("grpc-status-details-bin").empty();
}

}  // namespace

void BackendSession::OnReady() {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_peer_max_concurrent_streams(option, 1000);
  nghttp2_option_set_max_send_header_block_length(option, kLargestHeaders);
  nghttp2_session_client_new2(&session_, Callbacks(), static_cast<Connection*>(this), option);
  nghttp2_option_del(option);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kLargestHeaders},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

void BackendSession::OnClosed() {
  std::vector<BackendStream*> streams;
  streams.swap(streams_);
  for (BackendStream* stream : streams) stream->session_ = nullptr;
  // A handler may end other streams; those that were ended have no session to be told about.
  for (BackendStream* stream : streams) stream->handler_.OnBackendEnd({BackendEnd::Kind::kLost});
  events_.on_closed(*this);
}

void BackendSession::Open(BackendStream& stream) {
  ++stream.openings_;
  stream.session_ = this;
  stream.slot_ = streams_.size();
  streams_.push_back(&stream);
  nghttp2_data_provider body{};
  body.read_callback = ReadBody;
  const bool has_body = !stream.is_finished_ || !stream.body_.empty();
  stream.headers_.AsFields(fields_);
  stream.id_ = nghttp2_submit_request(session_, nullptr, fields_.data(), fields_.size(),
                                      has_body ? &body : nullptr, &stream);
  if (stream.id_ < 0) {
    // Stream ids are used up, after a thousand million calls: a new connection takes over.
    is_draining_ = true;
    EndStream(stream, {BackendEnd::Kind::kClosed, NGHTTP2_REFUSED_STREAM});
    events_.on_draining(*this);
    return;
  }
  ScheduleFlush();
}

void BackendSession::Leave() {
  is_draining_ = true;
  if (!is_ready()) {
    Close();
    return;
  }
  nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
  ScheduleFlush();
}

void BackendSession::Forget(BackendStream& stream) {
  streams_[stream.slot_] = streams_.back();
  streams_[stream.slot_]->slot_ = stream.slot_;
  streams_.pop_back();
  stream.session_ = nullptr;
}

void BackendSession::Reset(BackendStream& stream, uint32_t error_code) {
  Forget(stream);
  if (is_closed()) return;
  nghttp2_session_set_stream_user_data(session_, stream.id_, nullptr);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id_, error_code);
  ScheduleFlush();
}

void BackendSession::EndStream(BackendStream& stream, BackendEnd end) {
  Forget(stream);
  const bool is_refused =
      end.kind == BackendEnd::Kind::kClosed && end.error_code == NGHTTP2_REFUSED_STREAM;
  if (is_refused && stream.MayOpenAgain() && stream.home_->OpenAgain(stream)) return;
  stream.handler_.OnBackendEnd(end);
}

void BackendSession::OnHeadersDone(BackendStream& stream, bool is_last) {
  HeaderBlock block;
  std::swap(block, stream.incoming_);
  const std::string_view status = block.Find(":status");
  if (!status.empty() && status.front() == '1') return;  // Interim answer.
  if (!stream.has_response_ && is_last && IsBareCancel(block)) {
    nghttp2_session_set_stream_user_data(session_, stream.id_, nullptr);
    EndStream(stream, {BackendEnd::Kind::kLost});
    return;
  }
  if (!stream.has_response_) {
    stream.has_response_ = true;
    stream.ForgetKept();
    stream.handler_.OnResponseHeaders(block, is_last);
  } else {
    stream.handler_.OnResponseTrailers(std::move(block));
  }
}

BackendStream* BackendSession::StreamOf(nghttp2_session* session, int32_t id) {
  return static_cast<BackendStream*>(nghttp2_session_get_stream_user_data(session, id));
}

int BackendSession::OnHeader(nghttp2_session* session, const nghttp2_frame* frame,
                             const uint8_t* name, size_t name_size, const uint8_t* value,
                             size_t value_size, uint8_t flags, void*) {
  BackendStream* stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (stream->incoming_.ListSize() > kLargestHeaders) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  stream->incoming_.Add(View(name, name_size), View(value, value_size), flags);
  return 0;
}

int BackendSession::OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
  BackendSession& self = Self(user_data);
  const bool ends_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
      if (BackendStream* stream = StreamOf(session, frame->hd.stream_id)) {
        self.OnHeadersDone(*stream, ends_stream);
      }
      break;
    case NGHTTP2_DATA:
      if (BackendStream* stream = StreamOf(session, frame->hd.stream_id); stream && ends_stream) {
        stream->handler_.OnResponseBodyEnd();
      }
      break;
    case NGHTTP2_SETTINGS:
      if (!self.is_usable_ && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
        self.is_usable_ = true;
        self.events_.on_usable(self);
      }
      break;
    case NGHTTP2_GOAWAY:
      if (!self.is_draining_) {
        self.is_draining_ = true;
        self.events_.on_draining(self);
      }
      break;
    default:
      break;
  }
  return 0;
}

int BackendSession::OnData(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes,
                           size_t size, void*) {
  nghttp2_session_consume_connection(session, size);
  if (BackendStream* stream = StreamOf(session, id)) {
    stream->handler_.OnResponseData(View(bytes, size));
  }
  return 0;
}

int BackendSession::OnStreamClose(nghttp2_session* session, int32_t id, uint32_t error_code,
                                  void* user_data) {
  if (BackendStream* stream = StreamOf(session, id)) {
    Self(user_data).EndStream(*stream, {BackendEnd::Kind::kClosed, error_code});
  }
  return 0;
}

// A request that libnghttp2 could not send any more because GOAWAY came: it was never seen, so the
// caller may safely try again.
int BackendSession::OnFrameNotSent(nghttp2_session* session, const nghttp2_frame* frame, int,
                                   void* user_data) {
  if (frame->hd.type != NGHTTP2_HEADERS) return 0;
  BackendSession& self = Self(user_data);
  for (BackendStream* stream : self.streams_) {
    if (stream->id_ == frame->hd.stream_id) {
      // libnghttp2 may close the stream next: it has been told already.
      nghttp2_session_set_stream_user_data(session, stream->id_, nullptr);
      self.EndStream(*stream, {BackendEnd::Kind::kClosed, NGHTTP2_REFUSED_STREAM});
      break;
    }
  }
  return 0;
}

ssize_t BackendSession::ReadBody(nghttp2_session* session, int32_t id, uint8_t* target,
                                 size_t capacity, uint32_t* flags, nghttp2_data_source*, void*) {
  BackendStream* stream = StreamOf(session, id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const size_t taken = stream->body_.Take(target, capacity);
  if (stream->body_.empty() && stream->is_finished_) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  } else if (taken == 0) {
    return NGHTTP2_ERR_DEFERRED;
  }
  if (taken > 0) {
    stream->Keep({reinterpret_cast<const char*>(target), taken});
    const size_t reported_before = std::min(taken, stream->already_reported_);
    stream->already_reported_ -= reported_before;
    if (taken > reported_before) stream->handler_.OnRequestBytesPassed(taken - reported_before);
  }
  return static_cast<ssize_t>(taken);
}

}  // namespace maplebridge::gateway
