#include "common/sealing/sealing.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <fstream>

namespace maplebridge {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr char kVersion = 1;
constexpr char kAes256Gcm = 1;

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

const unsigned char* Unsigned(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Unsigned(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

absl::StatusOr<std::string> ParseKey(std::string_view hex, const std::string& path) {
  bool digits = hex.size() == 64 && std::all_of(hex.begin(), hex.end(), [](char c) {
                  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
                });
  if (!digits) return absl::InvalidArgumentError(path + ": a key is 64 hexadecimal digits");
  return absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const SealingKeys>> SealingKeys::Load(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(path + ": cannot be read");
  auto keys = std::make_shared<SealingKeys>();
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || colon > 255) {
      return absl::InvalidArgumentError(path + ": a line is key-id:64 hexadecimal digits");
    }
    auto key = ParseKey(std::string_view(line).substr(colon + 1), path);
    if (!key.ok()) return key.status();
    std::string id = line.substr(0, colon);
    if (keys->current_.empty()) keys->current_ = id;
    keys->keys_[id] = *key;
  }
  if (keys->keys_.empty()) return absl::InvalidArgumentError(path + ": holds no key");
  return keys;
}

std::string SealingKeys::Seal(std::string_view purpose, std::string_view plain) const {
  std::string sealed{kVersion, kAes256Gcm, static_cast<char>(current_.size())};
  sealed += current_;
  const std::size_t header = sealed.size();
  sealed.resize(header + kNonce + plain.size() + kTag);
  unsigned char* nonce = Unsigned(sealed) + header;
  unsigned char* body = nonce + kNonce;
  RAND_bytes(nonce, kNonce);
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                     Unsigned(std::string_view(keys_.find(current_)->second)), nonce);
  EVP_EncryptUpdate(cipher.get(), nullptr, &length, Unsigned(sealed), static_cast<int>(header));
  EVP_EncryptUpdate(cipher.get(), nullptr, &length, Unsigned(purpose),
                    static_cast<int>(purpose.size()));
  EVP_EncryptUpdate(cipher.get(), body, &length, Unsigned(plain), static_cast<int>(plain.size()));
  EVP_EncryptFinal_ex(cipher.get(), body + length, &length);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, body + plain.size());
  return sealed;
}

absl::StatusOr<std::string> SealingKeys::Open(std::string_view purpose,
                                              std::string_view sealed) const {
  if (sealed.size() < 3 || sealed[0] != kVersion || sealed[1] != kAes256Gcm) {
    return absl::DataLossError("a sealed value has an unknown form");
  }
  const std::size_t id_size = static_cast<unsigned char>(sealed[2]);
  const std::size_t header = 3 + id_size;
  if (sealed.size() < header + kNonce + kTag) {
    return absl::DataLossError("a sealed value is too short");
  }
  auto key = keys_.find(sealed.substr(3, id_size));
  if (key == keys_.end()) return absl::DataLossError("the key of a sealed value is not here");
  const unsigned char* nonce = Unsigned(sealed) + header;
  std::string plain(sealed.size() - header - kNonce - kTag, '\0');
  std::string tag(sealed.substr(sealed.size() - kTag));
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                     Unsigned(std::string_view(key->second)), nonce);
  EVP_DecryptUpdate(cipher.get(), nullptr, &length, Unsigned(sealed), static_cast<int>(header));
  EVP_DecryptUpdate(cipher.get(), nullptr, &length, Unsigned(purpose),
                    static_cast<int>(purpose.size()));
  EVP_DecryptUpdate(cipher.get(), Unsigned(plain), &length, nonce + kNonce,
                    static_cast<int>(plain.size()));
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data());
  if (EVP_DecryptFinal_ex(cipher.get(), Unsigned(plain) + length, &length) != 1) {
    return absl::DataLossError("a sealed value was changed or belongs elsewhere");
  }
  return plain;
}

absl::StatusOr<std::shared_ptr<const MatchKey>> MatchKey::Load(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return absl::NotFoundError(path + ": cannot be read");
  auto bytes = ParseKey(line, path);
  if (!bytes.ok()) return bytes.status();
  auto key = std::make_shared<MatchKey>();
  key->key_ = *bytes;
  return key;
}

std::string MatchKey::Hash(std::string_view kind, std::string_view value) const {
  std::string text(kind);
  text += '\0';
  for (char character : value) {
    if (character != ' ') text += absl::ascii_toupper(static_cast<unsigned char>(character));
  }
  std::string hash(32, '\0');
  unsigned int size = 32;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), Unsigned(std::string_view(text)),
       text.size(), Unsigned(hash), &size);
  return hash;
}

std::string PartyAccountKind(std::string_view identity_kind) {
  return "account:" + std::string(identity_kind);
}

std::string Mask(std::string_view value) {
  if (value.size() < 9) return std::string(value.size(), '*');
  return std::string(value.substr(0, 3)) + std::string(value.size() - 7, '*') +
         std::string(value.substr(value.size() - 4));
}

struct ContentDigest::State {
  EVP_MD_CTX* sha256 = EVP_MD_CTX_new();
  EVP_MD_CTX* sm3 = EVP_MD_CTX_new();
  State() {
    EVP_DigestInit_ex(sha256, EVP_sha256(), nullptr);
    EVP_DigestInit_ex(sm3, EVP_sm3(), nullptr);
  }
  ~State() {
    EVP_MD_CTX_free(sha256);
    EVP_MD_CTX_free(sm3);
  }
};

ContentDigest::ContentDigest() : state_(std::make_unique<State>()) {}
ContentDigest::~ContentDigest() = default;
ContentDigest::ContentDigest(ContentDigest&&) noexcept = default;

void ContentDigest::Update(std::string_view bytes) {
  EVP_DigestUpdate(state_->sha256, bytes.data(), bytes.size());
  EVP_DigestUpdate(state_->sm3, bytes.data(), bytes.size());
}

ContentDigest::Hex ContentDigest::Finish() {
  auto finish = [](EVP_MD_CTX* context) {
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(context, Unsigned(digest), nullptr);
    return std::string(absl::BytesToHexString(digest));
  };
  return {finish(state_->sha256), finish(state_->sm3)};
}

}  // namespace maplebridge
