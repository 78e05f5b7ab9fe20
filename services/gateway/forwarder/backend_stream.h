// The gateway's end of one stream towards a service. Whoever started the call owns it (a caller's
// HTTP/2 stream or a JSON request) and hears of the answer through ResponseHandler.
//
// A call that the service refused unseen (REFUSED_STREAM, or above the last stream of its GOAWAY)
// is opened again on another connection as long as its headers and the start of its body are
// kept: gRPC's own C++ and Python libraries do not try such calls again by themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "services/gateway/http2/byte_queue.h"
#include "services/gateway/http2/header_block.h"

namespace maplebridge::gateway {

class BackendPool;
class BackendSession;

// How a stream towards a service ended.
struct BackendEnd {
  enum class Kind {
    kClosed,       // The service closed it; `error_code` is NO_ERROR or that of RST_STREAM.
    kLost,         // The connection broke under it, or the service stopped before it was done;
                   // what the service did is not known.
    kUnreachable,  // It never left: no connection could be made.
  };
  Kind kind;
  uint32_t error_code = 0;
};

// Calls come in the order of the wire; OnBackendEnd is the last. None may destroy the stream.
class ResponseHandler {
 public:
  virtual ~ResponseHandler() = default;
  // `is_last`: the answer has no body and no trailers (gRPC's trailers-only).
  virtual void OnResponseHeaders(const HeaderBlock& headers, bool is_last) = 0;
  // The bytes count against the stream's window until BackendStream::Consume.
  virtual void OnResponseData(std::string_view bytes) = 0;
  virtual void OnResponseTrailers(HeaderBlock trailers) = 0;
  // The body ended and no trailers follow.
  virtual void OnResponseBodyEnd() = 0;
  // Bytes given to Write are on their way: room for more.
  virtual void OnRequestBytesPassed(size_t count) = 0;
  virtual void OnBackendEnd(BackendEnd end) = 0;
};

class BackendStream {
 public:
  explicit BackendStream(ResponseHandler& handler) : handler_(handler) {}
  // Cancels the call when it is still open; the handler hears nothing more.
  ~BackendStream();
  BackendStream(const BackendStream&) = delete;
  BackendStream& operator=(const BackendStream&) = delete;

  bool is_open() const { return session_ != nullptr || pool_ != nullptr; }

  // Bytes of the request's body. Without effect when the stream is not open.
  void Write(std::string_view bytes);
  // No more body comes.
  void Finish();
  // Ends the call; the handler hears nothing more.
  void Reset(uint32_t error_code);
  // Bytes of the answer have been passed on: the service may send as many more.
  void Consume(size_t count);

 private:
  friend class BackendPool;
  friend class BackendSession;

  ResponseHandler& handler_;
  BackendSession* session_ = nullptr;  // Set while the stream is on a connection.
  BackendPool* pool_ = nullptr;        // Set while it waits for one.
  BackendPool* home_ = nullptr;        // Where it was opened.
  int32_t id_ = -1;
  size_t slot_ = 0;  // Place in the session's list of streams.
  // What came of the body is passed on: keeps it, or gives up replaying when it grows too large.
  void Keep(std::string_view passed);
  void ForgetKept();
  bool MayOpenAgain() const { return is_kept_ && openings_ < kMostOpenings; }
  // Everything that was passed on stands before what still waits.
  void Rewind();

  static constexpr size_t kMostKept = 16 * 1024;
  static constexpr int kMostOpenings = 3;

  bool is_finished_ = false;
  bool has_response_ = false;
  ByteQueue body_;
  HeaderBlock headers_;  // Of the request, until the service has shown that it saw the call.
  std::string kept_;     // As much of the body as was passed on, likewise.
  bool is_kept_ = true;
  int openings_ = 0;
  size_t already_reported_ = 0;  // Bytes at the start of body_ that were passed on before.
  HeaderBlock incoming_;
};

}  // namespace maplebridge::gateway
