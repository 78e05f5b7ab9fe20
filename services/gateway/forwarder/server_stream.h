// One call of a caller, from its headers to its trailers: admitted, then handed through to a
// service or answered by the gateway. Headers are read, bodies are passed on.
#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/errors/refusal.h"
#include "services/gateway/forwarder/backend_stream.h"
#include "services/gateway/forwarder/server_session.h"
#include "services/gateway/http2/byte_queue.h"
#include "services/gateway/http2/header_block.h"
#include "services/gateway/local/local_call.h"

namespace maplebridge::gateway {

class ServerStream final : public ResponseHandler, public LocalReply {
 public:
  enum class HeaderFit { kKept, kTooLarge, kFlood };

  ServerStream(ServerSession& session, int32_t id, absl::Time start);
  ~ServerStream() override;

  // From the caller.
  HeaderFit OnHeader(std::string_view name, std::string_view value, uint8_t flags);
  void OnRequestHeaders(bool is_last);
  void OnRequestData(std::string_view bytes);
  void OnRequestEnd();
  void OnResponseSent();
  // The caller's stream is gone; the object is destroyed next.
  void OnClose(uint32_t error_code);

  // From the service.
  void OnResponseHeaders(const HeaderBlock& headers, bool is_last) override;
  void OnResponseData(std::string_view bytes) override;
  void OnResponseTrailers(HeaderBlock trailers) override;
  void OnResponseBodyEnd() override;
  void OnRequestBytesPassed(size_t count) override;
  void OnBackendEnd(BackendEnd end) override;

  // From the gateway's own services.
  void SendMessage(std::string_view bytes) override;
  void FinishCall(grpc::StatusCode code, std::string message) override;

 private:
  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t*, size_t, uint32_t*,
                          nghttp2_data_source*, void*);

  bool CheckShape();
  void Forward(const Method& method, std::string_view context);
  HeaderBlock ForwardedHeaders(std::string_view context) const;
  void StartLocal(const Method& method);
  void FeedLocal(std::string_view bytes);
  void GiveUpUnpassed();
  void Refuse(const Refusal& refusal);
  void RefusePlain(std::string_view http_status);
  void SubmitHeaders(const HeaderBlock& headers, bool is_last);
  void AddBody(std::string_view bytes);
  void ResumeBody();
  void ResetCaller(uint32_t error_code);
  void NoteStatus(const HeaderBlock& headers);
  std::string_view TraceParent() const;

  ServerSession& session_;
  const int32_t id_;
  BackendStream backend_;
  HeaderBlock headers_;
  ByteQueue body_;  // Of the answer.
  HeaderBlock trailers_;
  std::string made_traceparent_;
  // When the caller's time is up; never without a grpc-timeout.
  absl::Time deadline_ = absl::InfiniteFuture();
  std::unique_ptr<LocalCall> local_;
  std::unique_ptr<MessageReader> local_messages_;
  CallRecord record_;
  bool headers_too_large_ = false;
  size_t header_bytes_ = 0;
  // Of the request: taken from the caller, not yet on their way to the service.
  size_t unpassed_bytes_ = 0;
  bool request_ended_ = false;
  bool response_started_ = false;
  bool response_ended_ = false;  // All of it is here; some may still wait to be sent.
  bool has_status_ = false;
  bool is_closed_ = false;
};

}  // namespace maplebridge::gateway
