// One connection to a service, carrying many streams.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "services/gateway/forwarder/backend_stream.h"
#include "services/gateway/http2/connection.h"

namespace maplebridge::gateway {

class BackendSession final : public Connection {
 public:
  // What the pool wants to know.
  struct Events {
    // The service sent its SETTINGS: streams may be opened.
    std::function<void(BackendSession&)> on_usable;
    // GOAWAY came: open no more.
    std::function<void(BackendSession&)> on_draining;
    std::function<void(BackendSession&)> on_closed;
  };

  BackendSession(FlushQueue& queue, Socket socket, std::unique_ptr<Transport> transport,
                 Events events);

  void Open(BackendStream& stream);

  bool can_open() const { return is_usable_ && !is_draining_ && !is_closed(); }
  bool was_usable() const { return is_usable_; }
  size_t stream_count() const { return streams_.size(); }
  // Says GOAWAY and closes; calls that are still open end with it.
  void Leave();

 private:
  friend class BackendStream;

  void OnReady() override;
  void OnClosed() override;

  void Forget(BackendStream& stream);
  void Reset(BackendStream& stream, uint32_t error_code);
  void EndStream(BackendStream& stream, BackendEnd end);
  void OnHeadersDone(BackendStream& stream, bool is_last);

  static nghttp2_session_callbacks* Callbacks();
  static BackendStream* StreamOf(nghttp2_session* session, int32_t id);
  static int OnHeader(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                      const uint8_t*, size_t, uint8_t, void*);
  static int OnFrame(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnData(nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t, void*);
  static int OnStreamClose(nghttp2_session*, int32_t, uint32_t, void*);
  static int OnFrameNotSent(nghttp2_session*, const nghttp2_frame*, int, void*);
  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t*, size_t, uint32_t*,
                          nghttp2_data_source*, void*);

  const Events events_;
  std::vector<BackendStream*> streams_;
  std::vector<nghttp2_nv> fields_;
  bool is_usable_ = false;
  bool is_draining_ = false;
};

}  // namespace maplebridge::gateway
