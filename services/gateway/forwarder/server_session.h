// One connection from a caller: HTTP/2 towards it, a ServerStream for each of its calls.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>

#include "services/gateway/forwarder/loop.h"
#include "services/gateway/http2/connection.h"

namespace maplebridge::gateway {

class ServerStream;

class ServerSession final : public Connection, public Guest {
 public:
  ServerSession(Loop& loop, Socket socket, std::unique_ptr<Transport> transport,
                std::string peer_address);
  ~ServerSession() override;

  void Tick(absl::Time now) override;
  void Drain() override;
  void CloseNow() override { Close(); }

  Loop& loop() { return loop_; }
  const std::string& peer_address() const { return peer_address_; }
  // URI of the caller's verified certificate; empty when it showed none.
  const std::string& peer_uri() const { return peer_uri_; }
  std::vector<nghttp2_nv>& fields() { return fields_; }

 private:
  void OnReady() override;
  void OnClosed() override;
  void FinishDrain(absl::Time now);

  static nghttp2_session_callbacks* Callbacks();
  static ServerStream* StreamOf(nghttp2_session* session, int32_t id);
  static int OnBeginHeaders(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnHeader(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                      const uint8_t*, size_t, uint8_t, void*);
  static int OnFrame(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnFrameSent(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnData(nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t, void*);
  static int OnStreamClose(nghttp2_session*, int32_t, uint32_t, void*);

  Loop& loop_;
  const std::string peer_address_;
  std::string peer_uri_;
  absl::flat_hash_map<int32_t, std::unique_ptr<ServerStream>> streams_;
  std::vector<nghttp2_nv> fields_;
  const absl::Time accepted_at_;
  absl::Time idle_since_;
  absl::Time header_block_since_ = absl::InfiniteFuture();
  absl::Time noticed_at_;  // When the first GOAWAY was sent.
  bool is_draining_ = false;
  bool has_final_goaway_ = false;
};

}  // namespace maplebridge::gateway
