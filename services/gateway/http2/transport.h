// Reads and writes on a non-blocking socket, plain or through TLS. The owner of the socket waits
// for readiness; nothing here waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "services/gateway/http2/tls.h"

namespace maplebridge::gateway {

class Transport {
 public:
  enum class Progress { kDone, kWantsRead, kWantsWrite, kFailed };
  struct Result {
    Progress progress;
    size_t bytes = 0;
  };

  virtual ~Transport() = default;
  virtual Progress Handshake() = 0;
  virtual Result Read(uint8_t* target, size_t capacity) = 0;
  virtual Result Write(const uint8_t* source, size_t size) = 0;
  // Tells the peer that no more comes, as far as that goes without waiting.
  virtual void Shutdown() = 0;
  // True when a read may find bytes that the socket no longer shows.
  virtual bool MayHoldBytes() const = 0;
  // URI of the peer's verified certificate, or empty.
  virtual std::string PeerUri() const = 0;
};

std::unique_ptr<Transport> MakePlainTransport(int socket);
std::unique_ptr<Transport> MakeServerTransport(int socket, const TlsContext& context);
// `name` is what the backend's certificate must be made out to.
std::unique_ptr<Transport> MakeBackendTransport(int socket, const TlsContext& context,
                                                const std::string& name);

}  // namespace maplebridge::gateway
