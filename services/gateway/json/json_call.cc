#include "services/gateway/json/json_call.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <google/rpc/error_details.pb.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "services/gateway/errors/reasons.h"
#include "services/gateway/forwarder/call_timeout.h"
#include "services/gateway/forwarder/status_headers.h"
#include "services/gateway/json/http_status.h"
#include "services/gateway/json/request_message.h"

namespace maplebridge::gateway {

namespace {

constexpr size_t kLargestAnswer = 32 * 1024 * 1024;
constexpr absl::Duration kDefaultTimeout = absl::Seconds(30);

// The whole seconds that RetryInfo asks to wait, at least one; 0 without RetryInfo.
int64_t RetrySeconds(const Refusal& refusal) {
  for (const auto& detail : refusal.details()) {
    google::rpc::RetryInfo retry;
    if (!detail.Is<google::rpc::RetryInfo>() || !detail.UnpackTo(&retry)) continue;
    return std::max<int64_t>(
        1, retry.retry_delay().seconds() + (retry.retry_delay().nanos() > 0 ? 1 : 0));
  }
  return 0;
}

bool IsJson(std::string_view content_type) {
  constexpr std::string_view kType = "application/json";
  return content_type.empty() || content_type.substr(0, kType.size()) == kType;
}

Refusal StatusOf(const HeaderBlock& headers) {
  Refusal status;
  int code = 0;
  const std::string_view text = headers.Find("grpc-status");
  const bool is_code = absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &code);
  std::string details;
  if (DecodeBinaryHeader(headers.Find("grpc-status-details-bin"), &details)) {
    Refusal full;
    if (full.ParseFromString(details)) *status.mutable_details() = full.details();
  }
  status.set_code(is_code ? code : static_cast<int>(grpc::StatusCode::UNKNOWN));
  status.set_message(PercentDecode(headers.Find("grpc-message")));
  return status;
}

}  // namespace

HttpAnswer RefusalAnswer(const Refusal& refusal, const JsonCodec& codec) {
  HttpAnswer answer;
  answer.status = HttpStatusOf(refusal.code());
  answer.body = codec.StatusToJson(refusal);
  answer.headers.emplace_back("cache-control", "no-store");
  if (const int64_t seconds = RetrySeconds(refusal)) {
    answer.headers.emplace_back("retry-after", std::to_string(seconds));
  }
  if (answer.status == 401) answer.headers.emplace_back("www-authenticate", "Bearer");
  return answer;
}

JsonCall::JsonCall(Loop& loop, const JsonCodec& codec, SendAnswer answer)
    : loop_(loop),
      codec_(codec),
      answer_(std::move(answer)),
      backend_(*this),
      reader_(kLargestAnswer),
      timer_(loop.io()) {
  record_.start = absl::Now();
  record_.side = "json";
  ++loop_.call_log().open_calls();
}

JsonCall::~JsonCall() {
  --loop_.call_log().open_calls();
  if (is_finished_) return;
  record_.code = grpc::StatusCode::CANCELLED;
  loop_.call_log().Record(record_, absl::Now());
}

void JsonCall::NoteRequest(const HttpRequest& request) {
  peer_address_ = request.peer_address;
  record_.peer_address = peer_address_;
  traceparent_ = IsTraceParent(request.traceparent) ? request.traceparent : loop_.traces().Next();
  record_.trace_id = TraceIdOf(traceparent_);
}

void JsonCall::RefuseUnknown(const HttpRequest& request, const std::string& other_methods) {
  NoteRequest(request);
  const std::string path = request.path.substr(0, 200);
  if (other_methods.empty()) {
    Refuse(MakeRefusal(grpc::StatusCode::NOT_FOUND, reason::kMethodUnknown,
                       absl::StrCat("no method has the path ", path)));
    return;
  }
  HttpAnswer answer = RefusalAnswer(
      MakeRefusal(grpc::StatusCode::UNIMPLEMENTED, reason::kMethodUnknown,
                  absl::StrCat(path, " takes ", other_methods, ", not ", request.method)),
      codec_);
  answer.status = 405;
  answer.headers.emplace_back("allow", other_methods);
  Finish(grpc::StatusCode::UNIMPLEMENTED, std::move(answer));
}

void JsonCall::Start(const Route& route, const std::vector<PathBinding>& bindings,
                     const HttpRequest& request) {
  NoteRequest(request);
  route_ = &route;
  record_.method = route.method;
  Credentials credentials;
  credentials.authorization = request.authorization;
  credentials.peer_address = peer_address_;
  auto decision = loop_.gatekeeper().Admit(*route.method, credentials, record_.start);
  if (auto* refusal = std::get_if<Refusal>(&decision)) {
    Refuse(*refusal);
    return;
  }
  auto& admission = std::get<Admission>(decision);
  record_.caller = std::move(admission.caller);
  if (!request.body.empty() && !IsJson(request.content_type)) {
    HttpAnswer answer =
        RefusalAnswer(MakeFieldRefusal("", "the body must be application/json"), codec_);
    answer.status = 415;
    Finish(grpc::StatusCode::INVALID_ARGUMENT, std::move(answer));
    return;
  }
  auto message = MakeRequestMessage(route, bindings, request.query, request.body, codec_);
  if (auto* refusal = std::get_if<Refusal>(&message)) {
    Refuse(*refusal);
    return;
  }
  const auto timeout = request.grpc_timeout.empty() ? std::optional(kDefaultTimeout)
                                                    : ParseTimeout(request.grpc_timeout);
  if (!timeout) {
    Refuse(MakeFieldRefusal("grpc-timeout", "expected digits and one of H M S m u n"));
    return;
  }
  BackendPool* pool = loop_.Pool(route.method->backend);
  if (pool == nullptr) {
    Refuse(BackendUnavailable(route.method->backend, "no address is configured for it"));
    return;
  }
  if (!pool->Open(backend_, RequestHeaders(admission.context, *timeout))) {
    Refuse(BackendUnavailable(route.method->backend, "no connection"));
    return;
  }
  StartTimer(*timeout);
  backend_.Write(FrameMessage(std::get<std::string>(message)));
  backend_.Finish();
}

HeaderBlock JsonCall::RequestHeaders(std::string_view context, absl::Duration timeout) const {
  HeaderBlock headers;
  headers.Add(":method", "POST");
  headers.Add(":scheme", "https");
  headers.Add(":path", record_.method->path);
  headers.Add(":authority", record_.method->backend);
  headers.Add("te", "trailers");
  headers.Add("content-type", "application/grpc");
  // The same value in every call unless the client chose: it stays in the compression table.
  const int64_t milliseconds = std::max<int64_t>(1, absl::ToInt64Milliseconds(timeout));
  headers.Add("grpc-timeout",
              milliseconds < 100'000'000
                  ? absl::StrCat(milliseconds, "m")
                  : absl::StrCat(std::min<int64_t>(milliseconds / 1000, 99'999'999), "S"));
  headers.Add("user-agent", "maplebridge-gateway");
  headers.Add("maplebridge-context", context);
  headers.Add("traceparent", traceparent_, NGHTTP2_NV_FLAG_NO_INDEX);
  return headers;
}

// The service ends its work by itself; this answers the client when the service does not.
void JsonCall::StartTimer(absl::Duration timeout) {
  timer_.expires_after(absl::ToChronoNanoseconds(std::min(timeout, absl::Hours(24))));
  timer_.async_wait([this](boost::system::error_code error) {
    if (error || is_finished_) return;
    Abandon(MakeRefusal(grpc::StatusCode::DEADLINE_EXCEEDED, reason::kDeadlineExceeded,
                        "the service did not answer in time; whether the call was carried out is "
                        "not known"));
  });
}

void JsonCall::OnResponseHeaders(const HeaderBlock& headers, bool is_last) {
  if (is_finished_) return;
  const std::string_view status = headers.Find(":status");
  if (status != "200") {
    Abandon(MakeRefusal(grpc::StatusCode::INTERNAL, reason::kAnswerMalformed,
                        absl::StrCat("the service answered with HTTP ", std::string(status))));
  } else if (is_last) {
    OnStatus(headers);
  }
}

void JsonCall::OnResponseData(std::string_view bytes) {
  backend_.Consume(bytes.size());
  if (is_finished_) return;
  reader_.Append(bytes);
  if (reader_.size() <= kLargestAnswer) return;
  Abandon(MakeRefusal(grpc::StatusCode::RESOURCE_EXHAUSTED, reason::kMessageTooLarge,
                      absl::StrCat("the answer is larger than ", kLargestAnswer,
                                   " bytes; ask for less, or by gRPC")));
}

void JsonCall::OnResponseTrailers(HeaderBlock trailers) {
  if (!is_finished_) OnStatus(trailers);
}

void JsonCall::OnStatus(const HeaderBlock& headers) {
  const Refusal status = StatusOf(headers);
  if (status.code() == grpc::StatusCode::OK) {
    Succeed();
  } else {
    Refuse(status);
  }
}

void JsonCall::OnBackendEnd(BackendEnd end) {
  if (is_finished_) return;
  const std::string& backend = record_.method->backend;
  const bool was_seen =
      end.kind != BackendEnd::Kind::kUnreachable && end.error_code != NGHTTP2_REFUSED_STREAM;
  const int code = end.kind == BackendEnd::Kind::kClosed ? CodeOfReset(end.error_code)
                                                         : int{grpc::StatusCode::UNAVAILABLE};
  if (code == grpc::StatusCode::UNAVAILABLE) {
    Refuse(BackendUnavailable(backend, was_seen ? "it stopped or the connection broke; whether "
                                                  "the call was carried out is not known"
                                                : "it did not take the call"));
    return;
  }
  Refuse(MakeRefusal(static_cast<grpc::StatusCode>(code), reason::kAnswerMalformed,
                     absl::StrCat("service ", backend, " ended the call without a status")));
}

void JsonCall::Succeed() {
  std::string message;
  if (reader_.Next(&message) != MessageReader::State::kMessage) {
    Refuse(MakeRefusal(grpc::StatusCode::INTERNAL, reason::kAnswerMalformed,
                       "the service answered without a message"));
    return;
  }
  HttpAnswer answer;
  answer.headers.emplace_back("cache-control", "no-store");
  const absl::Status status =
      codec_.ToJson(record_.method->descriptor->output_type()->full_name(), message, &answer.body);
  if (!status.ok() || !KeepAnswerField(&answer.body)) {
    Refuse(MakeRefusal(grpc::StatusCode::INTERNAL, reason::kAnswerMalformed,
                       "the service's answer has no JSON form"));
    return;
  }
  Finish(grpc::StatusCode::OK, std::move(answer));
}

// For google.api.http's response_body: the rest of the message is not shown.
bool JsonCall::KeepAnswerField(std::string* json) const {
  const auto* field = route_->answer_field;
  if (field == nullptr) return true;
  const auto whole = nlohmann::ordered_json::parse(*json, nullptr, /*allow_exceptions=*/false);
  if (!whole.is_object()) return false;
  const auto found = whole.find(field->json_name());
  if (found != whole.end()) {
    *json = found->dump();
  } else {
    *json = field->is_repeated() && !field->is_map() ? "[]"
            : field->message_type() != nullptr       ? "{}"
                                                     : "null";
  }
  return true;
}

void JsonCall::Refuse(const Refusal& refusal) {
  Finish(refusal.code(), RefusalAnswer(refusal, codec_));
}

void JsonCall::Abandon(const Refusal& refusal) {
  backend_.Reset(NGHTTP2_CANCEL);
  Refuse(refusal);
}

void JsonCall::Finish(int code, HttpAnswer answer) {
  is_finished_ = true;
  timer_.cancel();
  record_.code = code;
  loop_.call_log().Record(record_, absl::Now());
  answer.headers.emplace_back("x-trace-id", record_.trace_id);
  answer_(std::move(answer));
}

}  // namespace maplebridge::gateway
