// OpenSSL contexts for both sides of the gateway, and what is read from a peer's certificate.
#pragma once

#include <absl/status/statusor.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace maplebridge::gateway {

using TlsContext = std::shared_ptr<SSL_CTX>;

struct TlsFiles {
  std::string certificate;
  std::string key;
  // Who signs the peers' certificates. Empty: no certificate is asked for.
  std::string authority;
};

// Towards callers: TLS 1.2 or later, ALPN h2 or nothing, a client certificate welcome but not
// required; one that is shown must be signed by the authority.
absl::StatusOr<TlsContext> MakeServerTls(const TlsFiles& files);

// Towards the services: our certificate is shown, theirs must be signed by the authority.
absl::StatusOr<TlsContext> MakeBackendTls(const TlsFiles& files);

// First "spiffe://" URI among the subject alternative names of the peer's verified certificate;
// empty when no certificate was shown.
std::string PeerSpiffeUri(SSL* ssl);

}  // namespace maplebridge::gateway
