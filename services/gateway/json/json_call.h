// One JSON request, carried out as a unary gRPC call on the service behind it.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "services/gateway/forwarder/backend_stream.h"
#include "services/gateway/forwarder/loop.h"
#include "services/gateway/json/http_message.h"
#include "services/gateway/json/json_codec.h"
#include "services/gateway/json/route_table.h"
#include "services/gateway/local/local_call.h"

namespace maplebridge::gateway {

// Status as JSON, with Retry-After and WWW-Authenticate where they belong.
HttpAnswer RefusalAnswer(const Refusal& refusal, const JsonCodec& codec);

class JsonCall final : public HttpWork, public ResponseHandler {
 public:
  JsonCall(Loop& loop, const JsonCodec& codec, SendAnswer answer);
  // A call that has no answer yet is cancelled.
  ~JsonCall() override;

  // Answers when no method has the request's path.
  void RefuseUnknown(const HttpRequest& request, const std::string& other_methods);
  void Start(const Route& route, const std::vector<PathBinding>& bindings,
             const HttpRequest& request);

 private:
  void OnResponseHeaders(const HeaderBlock& headers, bool is_last) override;
  void OnResponseData(std::string_view bytes) override;
  void OnResponseTrailers(HeaderBlock trailers) override;
  void OnResponseBodyEnd() override {}
  void OnRequestBytesPassed(size_t) override {}
  void OnBackendEnd(BackendEnd end) override;

  void NoteRequest(const HttpRequest& request);
  HeaderBlock RequestHeaders(std::string_view context, absl::Duration timeout) const;
  void StartTimer(absl::Duration timeout);
  void OnStatus(const HeaderBlock& headers);
  void Succeed();
  bool KeepAnswerField(std::string* json) const;
  void Refuse(const Refusal& refusal);
  // The same while the service still works on the call.
  void Abandon(const Refusal& refusal);
  void Finish(int code, HttpAnswer answer);

  Loop& loop_;
  const JsonCodec& codec_;
  const SendAnswer answer_;
  const Route* route_ = nullptr;
  BackendStream backend_;
  MessageReader reader_;
  boost::asio::steady_timer timer_;
  std::string peer_address_;
  std::string traceparent_;
  CallRecord record_;
  bool is_finished_ = false;
};

}  // namespace maplebridge::gateway
