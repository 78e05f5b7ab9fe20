#include "services/gateway/forwarder/server_stream.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "services/gateway/errors/reasons.h"
#include "services/gateway/forwarder/call_timeout.h"
#include "services/gateway/forwarder/status_headers.h"

namespace maplebridge::gateway {

namespace {

// As HTTP/2 counts them; the gateway says so in its SETTINGS.
constexpr size_t kLargestHeaders = 16 * 1024;
// Beyond this it is no mistake any more.
constexpr size_t kHeaderFlood = 1024 * 1024;
constexpr size_t kLargestLocalMessage = 64 * 1024;

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// "application/grpc", with or without "+proto" or parameters; not gRPC-Web, which is framed
// otherwise.
bool IsGrpc(std::string_view content_type) {
  constexpr std::string_view kType = "application/grpc";
  return StartsWith(content_type, kType) &&
         (content_type.size() == kType.size() || content_type[kType.size()] == '+' ||
          content_type[kType.size()] == ';');
}

// What a service must never see from outside: our own headers, and the caller's credentials.
bool IsForwarded(std::string_view name) {
  if (StartsWith(name, "maplebridge-")) return false;
  return name != "authorization" && name != "traceparent" && name != "host" && name != "cookie" &&
         name != "x-forwarded-for";
}

}  // namespace

ServerStream::ServerStream(ServerSession& session, int32_t id, absl::Time start)
    : session_(session), id_(id), backend_(*this) {
  record_.start = start;
  record_.side = "grpc";
  record_.peer_address = session.peer_address();
  ++session_.loop().call_log().open_calls();
}

ServerStream::~ServerStream() {
  session_.loop().waiting_bytes() -= body_.size();
  --session_.loop().call_log().open_calls();
}

ServerStream::HeaderFit ServerStream::OnHeader(std::string_view name, std::string_view value,
                                               uint8_t flags) {
  header_bytes_ += name.size() + value.size() + 32;
  if (header_bytes_ > kHeaderFlood) return HeaderFit::kFlood;
  if (header_bytes_ > kLargestHeaders) {
    headers_too_large_ = true;
    return HeaderFit::kTooLarge;
  }
  headers_.Add(name, value, flags);
  return HeaderFit::kKept;
}

void ServerStream::OnRequestHeaders(bool is_last) {
  request_ended_ = is_last;
  if (!CheckShape()) return;
  if (!IsTraceParent(headers_.Find("traceparent"))) {
    made_traceparent_ = session_.loop().traces().Next();
  }
  record_.trace_id = TraceIdOf(TraceParent());
  const std::string_view path = headers_.Find(":path");
  const Method* method = session_.loop().catalogue().Find(path);
  if (method == nullptr) {
    Refuse(MakeRefusal(grpc::StatusCode::UNIMPLEMENTED, reason::kMethodUnknown,
                       absl::StrCat("no method ", std::string(path.substr(0, 200)))));
    return;
  }
  record_.method = method;
  Credentials credentials;
  credentials.authorization = headers_.Find("authorization");
  credentials.certificate_uri = session_.peer_uri();
  credentials.peer_address = session_.peer_address();
  auto decision = session_.loop().gatekeeper().Admit(*method, credentials, record_.start);
  if (auto* refusal = std::get_if<Refusal>(&decision)) {
    Refuse(*refusal);
    return;
  }
  auto& admission = std::get<Admission>(decision);
  record_.caller = std::move(admission.caller);
  if (method->is_local()) {
    StartLocal(*method);
  } else {
    Forward(*method, admission.context);
  }
  headers_.Release();
}

// False when the request is no gRPC call at all; it has been answered then.
bool ServerStream::CheckShape() {
  if (headers_too_large_) {
    Refuse(MakeRefusal(
        grpc::StatusCode::RESOURCE_EXHAUSTED, reason::kHeadersTooLarge,
        absl::StrCat("the request's metadata is larger than ", kLargestHeaders, " bytes")));
    return false;
  }
  if (headers_.Find(":method") != "POST") {
    RefusePlain("405");
    return false;
  }
  if (!IsGrpc(headers_.Find("content-type"))) {
    RefusePlain("415");
    return false;
  }
  return true;
}

std::string_view ServerStream::TraceParent() const {
  return made_traceparent_.empty() ? headers_.Find("traceparent") : made_traceparent_;
}

void ServerStream::Forward(const Method& method, std::string_view context) {
  BackendPool* pool = session_.loop().Pool(method.backend);
  if (pool == nullptr) {
    Refuse(BackendUnavailable(method.backend, "no address is configured for it"));
    return;
  }
  if (request_ended_) backend_.Finish();
  if (auto timeout = ParseTimeout(headers_.Find("grpc-timeout"))) {
    deadline_ = record_.start + *timeout;
  }
  if (!pool->Open(backend_, ForwardedHeaders(context))) {
    Refuse(BackendUnavailable(method.backend, "no connection"));
  }
}

HeaderBlock ServerStream::ForwardedHeaders(std::string_view context) const {
  HeaderBlock forwarded;
  for (size_t i = 0; i < headers_.size(); ++i) {
    if (IsForwarded(headers_.Name(i))) forwarded.Add(headers_.Name(i), headers_.Value(i));
  }
  forwarded.Add("maplebridge-context", context);
  forwarded.Add("traceparent", TraceParent(), NGHTTP2_NV_FLAG_NO_INDEX);
  return forwarded;
}

void ServerStream::StartLocal(const Method& method) {
  const std::string_view name = method.descriptor->name();
  if (name == "Check") {
    local_ = session_.loop().health().StartCheck(*this);
  } else if (name == "Watch") {
    local_ = session_.loop().health().StartWatch(*this);
  } else {
    local_ = session_.loop().reflection().Start(*this);
  }
  local_messages_ = std::make_unique<MessageReader>(kLargestLocalMessage);
  if (request_ended_) local_->OnRequestEnd();
}

void ServerStream::OnRequestData(std::string_view bytes) {
  if (backend_.is_open()) {
    unpassed_bytes_ += bytes.size();
    backend_.Write(bytes);
    return;
  }
  nghttp2_session_consume(session_.session(), id_, bytes.size());
  if (local_ != nullptr && !response_ended_) FeedLocal(bytes);
}

void ServerStream::FeedLocal(std::string_view bytes) {
  local_messages_->Append(bytes);
  std::string message;
  while (!response_ended_) {
    switch (local_messages_->Next(&message)) {
      case MessageReader::State::kMessage:
        local_->OnMessage(message);
        break;
      case MessageReader::State::kNeedsMore:
        return;
      case MessageReader::State::kTooLarge:
        FinishCall(grpc::StatusCode::RESOURCE_EXHAUSTED, "the message is larger than 64 KiB");
        return;
      case MessageReader::State::kCompressed:
        FinishCall(grpc::StatusCode::UNIMPLEMENTED, "compressed messages are not taken here");
        return;
    }
  }
}

// Bytes that no service will take still count against the window of the caller's connection: left
// there they would stop its other calls.
void ServerStream::GiveUpUnpassed() {
  if (unpassed_bytes_ == 0) return;
  nghttp2_session_consume_connection(session_.session(), unpassed_bytes_);
  unpassed_bytes_ = 0;
  session_.ScheduleFlush();
}

void ServerStream::OnRequestEnd() {
  request_ended_ = true;
  if (backend_.is_open()) backend_.Finish();
  if (local_ != nullptr && !response_ended_) local_->OnRequestEnd();
}

void ServerStream::OnResponseSent() {
  // The answer is complete and the caller still sends: it may stop (RFC 9113, 8.1).
  if (!request_ended_) ResetCaller(NGHTTP2_NO_ERROR);
}

void ServerStream::OnClose(uint32_t error_code) {
  is_closed_ = true;
  if (!has_status_) {
    record_.code =
        error_code == NGHTTP2_NO_ERROR ? grpc::StatusCode::UNKNOWN : CodeOfReset(error_code);
  }
  // A half-sent answer is not lost on the service when the caller cancelled: it stops working.
  if (backend_.is_open()) {
    backend_.Reset(error_code == NGHTTP2_NO_ERROR ? uint32_t{NGHTTP2_CANCEL} : error_code);
  }
  GiveUpUnpassed();
  session_.loop().call_log().Record(record_, absl::Now());
}

}  // namespace maplebridge::gateway
