#include "services/gateway/http2/tls.h"

#include <absl/strings/str_cat.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cstring>

namespace maplebridge::gateway {

namespace {

constexpr unsigned char kProtocolH2[] = "\x02h2";

int SelectH2(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
             unsigned int in_size, void*) {
  const int chosen = SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, kProtocolH2,
                                           sizeof(kProtocolH2) - 1, in, in_size);
  return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

absl::Status LastError(const std::string& what) {
  char text[256];
  ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat("TLS: ", what, ": ", text));
}

absl::StatusOr<TlsContext> MakeContext(const SSL_METHOD* method, const TlsFiles& files) {
  TlsContext context(SSL_CTX_new(method), &SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  // One recv for a whole record, not one for its head and one for its body.
  SSL_CTX_set_read_ahead(context.get(), 1);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return LastError("cannot use certificate " + files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return LastError("cannot use key " + files.key);
  }
  if (!files.authority.empty() &&
      SSL_CTX_load_verify_locations(context.get(), files.authority.c_str(), nullptr) != 1) {
    return LastError("cannot use authority " + files.authority);
  }
  return context;
}

}  // namespace

absl::StatusOr<TlsContext> MakeServerTls(const TlsFiles& files) {
  absl::StatusOr<TlsContext> context = MakeContext(TLS_server_method(), files);
  if (!context.ok()) return context;
  SSL_CTX_set_alpn_select_cb(context->get(), SelectH2, nullptr);
  if (!files.authority.empty()) {
    SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_client_CA_list(context->get(), SSL_load_client_CA_file(files.authority.c_str()));
    constexpr unsigned char kSessionScope[] = "maplebridge-gateway";
    SSL_CTX_set_session_id_context(context->get(), kSessionScope, sizeof(kSessionScope) - 1);
  }
  return context;
}

absl::StatusOr<TlsContext> MakeBackendTls(const TlsFiles& files) {
  absl::StatusOr<TlsContext> context = MakeContext(TLS_client_method(), files);
  if (!context.ok()) return context;
  SSL_CTX_set_alpn_protos(context->get(), kProtocolH2, sizeof(kProtocolH2) - 1);
  SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

std::string PeerSpiffeUri(SSL* ssl) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl),
                                                                &X509_free);
  if (certificate == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return "";
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                    ASN1_STRING_length(text));
    // A NUL inside would make two readers see two names.
    if (uri.rfind("spiffe://", 0) == 0 && uri.find('\0') == std::string::npos) return uri;
  }
  return "";
}

}  // namespace maplebridge::gateway
