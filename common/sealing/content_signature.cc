#include "common/sealing/content_signature.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>

namespace maplebridge {
namespace {

constexpr std::size_t kKeyIdBytes = 8;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Bytes = std::unique_ptr<BIO, Freer<BIO_free>>;
using File = std::unique_ptr<FILE, Freer<std::fclose>>;

// A digest context that knows the signer's identity before it begins.
struct Sm2Context {
  explicit Sm2Context(EVP_PKEY* key)
      : identity(EVP_PKEY_CTX_new(key, nullptr)), digest(EVP_MD_CTX_new()) {
    EVP_PKEY_CTX_set1_id(identity.get(), kSm2Identity, sizeof kSm2Identity - 1);
    EVP_MD_CTX_set_pkey_ctx(digest.get(), identity.get());
  }
  // The digest does not own the identity, so that one ends after it.
  KeyContext identity;
  DigestContext digest;
};

const unsigned char* Unsigned(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string PublicPem(EVP_PKEY* key) {
  Bytes bytes(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bytes.get(), key);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bytes.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

std::string KeyId(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return "";
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_Digest(der, static_cast<std::size_t>(size), digest, nullptr, EVP_sm3(), nullptr);
  OPENSSL_free(der);
  return absl::BytesToHexString(std::string(reinterpret_cast<char*>(digest), kKeyIdBytes));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ContentSigner>> ContentSigner::Load(const std::string& path) {
  File file(std::fopen(path.c_str(), "r"));
  if (!file) return absl::NotFoundError(path + ": cannot be read");
  Key key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  if (!key) return absl::InvalidArgumentError(path + ": is no private key in PEM");
  if (EVP_PKEY_is_a(key.get(), "SM2") != 1) {
    return absl::InvalidArgumentError(
        path + ": is no SM2 key; make one with openssl genpkey -algorithm SM2");
  }
  std::shared_ptr<ContentSigner> signer(new ContentSigner(key.release()));
  signer->key_id_ = KeyId(signer->key_);
  signer->public_key_ = PublicPem(signer->key_);
  return signer;
}

ContentSigner::~ContentSigner() { EVP_PKEY_free(key_); }

absl::StatusOr<std::string> ContentSigner::Sign(std::string_view content) const {
  Sm2Context context(key_);
  std::size_t size = 0;
  const bool begun =
      EVP_DigestSignInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key_) == 1;
  if (!begun || EVP_DigestSign(context.digest.get(), nullptr, &size, Unsigned(content),
                               content.size()) != 1) {
    return absl::InternalError("OpenSSL cannot sign by SM2");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.digest.get(), reinterpret_cast<unsigned char*>(signature.data()),
                     &size, Unsigned(content), content.size()) != 1) {
    return absl::InternalError("OpenSSL cannot sign by SM2");
  }
  signature.resize(size);
  return signature;
}

bool IsSignedContent(const std::string& public_key, std::string_view content,
                     std::string_view signature) {
  Bytes pem(BIO_new_mem_buf(public_key.data(), static_cast<int>(public_key.size())));
  Key key(PEM_read_bio_PUBKEY(pem.get(), nullptr, nullptr, nullptr));
  if (!key || EVP_PKEY_is_a(key.get(), "SM2") != 1) return false;
  Sm2Context context(key.get());
  return EVP_DigestVerifyInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.digest.get(), Unsigned(signature), signature.size(),
                          Unsigned(content), content.size()) == 1;
}

}  // namespace maplebridge
