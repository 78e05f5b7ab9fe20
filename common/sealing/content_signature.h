// Signatures over contents that leave the suite: SM2 with SM3 (GB/T 32918.2, GB/T 32905). Anyone
// who has the bytes checks one, such as by
//   openssl dgst -sm3 -verify KEY.pub -sigopt distid:1234567812345678 -signature SIGNATURE FILE
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>

typedef struct evp_pkey_st EVP_PKEY;

namespace maplebridge {

// The signer's identity in GB/T 35276, hashed before the content.
inline constexpr char kSm2Identity[] = "1234567812345678";

// The private key that signs. Immutable; any thread.
class ContentSigner {
 public:
  // A PEM file with an SM2 private key. INVALID_ARGUMENT or NOT_FOUND names the path.
  static absl::StatusOr<std::shared_ptr<const ContentSigner>> Load(const std::string& path);
  ~ContentSigner();
  ContentSigner(const ContentSigner&) = delete;

  // First 16 hexadecimal digits of the SM3 of the public key's DER.
  const std::string& key_id() const { return key_id_; }
  // SubjectPublicKeyInfo in PEM.
  const std::string& public_key() const { return public_key_; }
  // DER of (r, s), different each time. Takes some tenths of a millisecond for 1 MiB. INTERNAL when
  // OpenSSL fails.
  absl::StatusOr<std::string> Sign(std::string_view content) const;

 private:
  explicit ContentSigner(EVP_PKEY* key) : key_(key) {}
  EVP_PKEY* key_;
  std::string key_id_;
  std::string public_key_;
};

// True when `signature` was made over `content` by the owner of the key; `public_key`: PEM.
bool IsSignedContent(const std::string& public_key, std::string_view content,
                     std::string_view signature);

}  // namespace maplebridge
