#include "services/gateway/http2/transport.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>

namespace maplebridge::gateway {

namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}

  Progress Handshake() override { return Progress::kDone; }

  Result Read(uint8_t* target, size_t capacity) override {
    const ssize_t count = ::recv(socket_, target, capacity, 0);
    if (count > 0) return {Progress::kDone, static_cast<size_t>(count)};
    return {count < 0 && IsTransient() ? Progress::kWantsRead : Progress::kFailed};
  }

  Result Write(const uint8_t* source, size_t size) override {
    const ssize_t count = ::send(socket_, source, size, MSG_NOSIGNAL);
    if (count >= 0) return {Progress::kDone, static_cast<size_t>(count)};
    return {IsTransient() ? Progress::kWantsWrite : Progress::kFailed};
  }

  void Shutdown() override { ::shutdown(socket_, SHUT_WR); }
  bool MayHoldBytes() const override { return false; }
  std::string PeerUri() const override { return ""; }

 private:
  static bool IsTransient() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

  const int socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(int socket, const TlsContext& context)
      : context_(context), ssl_(SSL_new(context.get()), &SSL_free) {
    SSL_set_fd(ssl_.get(), socket);
  }

  SSL* ssl() { return ssl_.get(); }

  Progress Handshake() override {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
      const unsigned char* protocol = nullptr;
      unsigned int size = 0;
      SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
      const bool is_h2 = size == 2 && protocol[0] == 'h' && protocol[1] == '2';
      return is_h2 ? Progress::kDone : Progress::kFailed;
    }
    return Explain(result);
  }

  Result Read(uint8_t* target, size_t capacity) override {
    ERR_clear_error();
    size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), target, capacity, &count);
    if (result == 1) return {Progress::kDone, count};
    return {Explain(result)};
  }

  Result Write(const uint8_t* source, size_t size) override {
    ERR_clear_error();
    size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), source, size, &count);
    if (result == 1) return {Progress::kDone, count};
    return {Explain(result)};
  }

  void Shutdown() override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  bool MayHoldBytes() const override { return true; }
  std::string PeerUri() const override { return PeerSpiffeUri(ssl_.get()); }

 private:
  Progress Explain(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return Progress::kWantsRead;
      case SSL_ERROR_WANT_WRITE:
        return Progress::kWantsWrite;
      default:
        ERR_clear_error();
        return Progress::kFailed;
    }
  }

  const TlsContext context_;
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace

std::unique_ptr<Transport> MakePlainTransport(int socket) {
  return std::make_unique<PlainTransport>(socket);
}

std::unique_ptr<Transport> MakeServerTransport(int socket, const TlsContext& context) {
  auto transport = std::make_unique<TlsTransport>(socket, context);
  SSL_set_accept_state(transport->ssl());
  return transport;
}

std::unique_ptr<Transport> MakeBackendTransport(int socket, const TlsContext& context,
                                                const std::string& name) {
  auto transport = std::make_unique<TlsTransport>(socket, context);
  SSL_set_connect_state(transport->ssl());
  SSL_set_tlsext_host_name(transport->ssl(), name.c_str());
  SSL_set1_host(transport->ssl(), name.c_str());
  return transport;
}

}  // namespace maplebridge::gateway
