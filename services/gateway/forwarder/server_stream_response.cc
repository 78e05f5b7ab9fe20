// The way back of a ServerStream: what the service, or the gateway itself, answers.
#include <absl/strings/numbers.h>

#include "services/gateway/errors/reasons.h"
#include "services/gateway/forwarder/server_stream.h"
#include "services/gateway/forwarder/status_headers.h"

namespace maplebridge::gateway {

namespace {

// Of the gateway's own answers on one stream, which no window of a service bounds.
constexpr size_t kMostWaitingAnswers = 4 * 1024 * 1024;

}  // namespace

void ServerStream::OnResponseHeaders(const HeaderBlock& headers, bool is_last) {
  if (is_last) NoteStatus(headers);
  SubmitHeaders(headers, is_last);
}

void ServerStream::OnResponseData(std::string_view bytes) {
  if (is_closed_ || response_ended_) {
    backend_.Consume(bytes.size());
    return;
  }
  if (session_.loop().waiting_bytes() + bytes.size() > session_.loop().limits().waiting_bytes) {
    record_.code = grpc::StatusCode::RESOURCE_EXHAUSTED;
    has_status_ = true;
    backend_.Reset(NGHTTP2_CANCEL);
    ResetCaller(NGHTTP2_ENHANCE_YOUR_CALM);
    return;
  }
  AddBody(bytes);
}

void ServerStream::OnResponseTrailers(HeaderBlock trailers) {
  if (response_ended_) return;
  NoteStatus(trailers);
  trailers_ = std::move(trailers);
  response_ended_ = true;
  ResumeBody();
}

void ServerStream::OnResponseBodyEnd() {
  response_ended_ = true;
  ResumeBody();
}

void ServerStream::OnRequestBytesPassed(size_t count) {
  if (is_closed_) return;
  unpassed_bytes_ -= count;
  nghttp2_session_consume(session_.session(), id_, count);
  if (nghttp2_session_want_write(session_.session())) session_.ScheduleFlush();
}

void ServerStream::OnBackendEnd(BackendEnd end) {
  if (is_closed_) return;
  GiveUpUnpassed();
  if (response_ended_) return;
  const bool is_late = end.kind == BackendEnd::Kind::kClosed &&
                       end.error_code != NGHTTP2_REFUSED_STREAM && absl::Now() >= deadline_;
  if (is_late) {
    // A gRPC server may cancel a call whose time is up without a status, even in mid-answer.
    Refuse(MakeRefusal(grpc::StatusCode::DEADLINE_EXCEEDED, reason::kDeadlineExceeded,
                       "the service did not answer in time; whether the call was carried out is "
                       "not known"));
    return;
  }
  if (end.kind == BackendEnd::Kind::kClosed) {
    // Handed on as it is, so that the caller's library retries what was refused unseen.
    ResetCaller(end.error_code == NGHTTP2_NO_ERROR ? uint32_t{NGHTTP2_INTERNAL_ERROR}
                                                   : end.error_code);
    return;
  }
  const std::string& backend = record_.method->backend;
  Refuse(BackendUnavailable(backend, end.kind == BackendEnd::Kind::kLost
                                         ? "it stopped or the connection broke; whether the call "
                                           "was carried out is not known"
                                         : "no connection could be made"));
}

void ServerStream::SendMessage(std::string_view bytes) {
  if (response_ended_ || is_closed_) return;
  if (body_.size() > kMostWaitingAnswers) {
    Refuse(MakeRefusal(grpc::StatusCode::RESOURCE_EXHAUSTED, reason::kReaderTooSlow,
                       "read the answers before asking for more"));
    return;
  }
  if (!response_started_) SubmitHeaders(ResponseHeaders(), /*is_last=*/false);
  AddBody(FrameMessage(bytes));
}

void ServerStream::FinishCall(grpc::StatusCode code, std::string message) {
  if (response_ended_ || is_closed_) return;
  Refusal status;
  status.set_code(code);
  status.set_message(std::move(message));
  Refuse(status);
}

// As trailers-only when nothing was sent yet, else as the trailers of what was.
void ServerStream::Refuse(const Refusal& refusal) {
  if (is_closed_ || response_ended_) return;
  record_.code = refusal.code();
  has_status_ = true;
  HeaderBlock trailers;
  AddStatus(refusal, trailers);
  if (response_started_) {
    trailers_ = std::move(trailers);
    response_ended_ = true;
    ResumeBody();
    return;
  }
  HeaderBlock headers = ResponseHeaders();
  AddStatus(refusal, headers);
  SubmitHeaders(headers, /*is_last=*/true);
}

void ServerStream::RefusePlain(std::string_view http_status) {
  record_.code = grpc::StatusCode::INVALID_ARGUMENT;
  has_status_ = true;
  HeaderBlock headers;
  headers.Add(":status", http_status);
  SubmitHeaders(headers, /*is_last=*/true);
}

void ServerStream::SubmitHeaders(const HeaderBlock& headers, bool is_last) {
  if (is_closed_) return;
  response_started_ = true;
  response_ended_ = is_last;
  nghttp2_data_provider body{};
  body.read_callback = ReadBody;
  const auto& fields = headers.AsFields(session_.fields());
  nghttp2_submit_response(session_.session(), id_, fields.data(), fields.size(),
                          is_last ? nullptr : &body);
  session_.ScheduleFlush();
}

void ServerStream::AddBody(std::string_view bytes) {
  body_.Append(bytes);
  session_.loop().waiting_bytes() += bytes.size();
  ResumeBody();
}

void ServerStream::ResumeBody() {
  if (is_closed_) return;
  nghttp2_session_resume_data(session_.session(), id_);
  session_.ScheduleFlush();
}

void ServerStream::ResetCaller(uint32_t error_code) {
  if (is_closed_) return;
  nghttp2_submit_rst_stream(session_.session(), NGHTTP2_FLAG_NONE, id_, error_code);
  session_.ScheduleFlush();
}

void ServerStream::NoteStatus(const HeaderBlock& headers) {
  const std::string_view text = headers.Find("grpc-status");
  int code = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &code)) {
    code = grpc::StatusCode::UNKNOWN;
  }
  record_.code = code;
  has_status_ = true;
}

ssize_t ServerStream::ReadBody(nghttp2_session* session, int32_t id, uint8_t* target,
                               size_t capacity, uint32_t* flags, nghttp2_data_source*, void*) {
  auto* self = static_cast<ServerStream*>(nghttp2_session_get_stream_user_data(session, id));
  if (self == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const size_t taken = self->body_.Take(target, capacity);
  self->session_.loop().waiting_bytes() -= taken;
  if (self->body_.empty() && self->response_ended_) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!self->trailers_.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const auto& fields = self->trailers_.AsFields(self->session_.fields());
      nghttp2_submit_trailer(session, id, fields.data(), fields.size());
    }
  } else if (taken == 0) {
    return NGHTTP2_ERR_DEFERRED;
  }
  if (taken > 0) self->backend_.Consume(taken);
  return static_cast<ssize_t>(taken);
}

}  // namespace maplebridge::gateway
