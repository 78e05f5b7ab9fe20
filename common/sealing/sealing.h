// Sealing of sensitive values at rest: what is stored can be read only with a key kept outside the
// database, and searched only by an exact value.
//
// Sealed value: version (1 byte, 1), algorithm (1 byte, 1 = AES-256-GCM), length of key id (1
// byte), key id, nonce (12 bytes), ciphertext, tag (16 bytes). Everything before the nonce and the
// purpose are authenticated, so a value moved to another column or row does not open.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace maplebridge {

// Keys of one service: a file of lines "key-id:64 hex digits"; the first is used to seal, all to
// open. Immutable; any thread.
class SealingKeys {
 public:
  static absl::StatusOr<std::shared_ptr<const SealingKeys>> Load(const std::string& path);
  // `purpose` names what is sealed, such as "disputes/…/parties/p1#identity_number".
  std::string Seal(std::string_view purpose, std::string_view plain) const;
  // DATA_LOSS when the value was changed, moved, or its key is not here.
  absl::StatusOr<std::string> Open(std::string_view purpose, std::string_view sealed) const;

 private:
  std::string current_;
  std::map<std::string, std::string, std::less<>> keys_;
};

// Keyed hash for exact search: HMAC-SHA-256 with one key for the suite, so that services can match
// what they each keep sealed. The value is normalised first (upper case, no spaces).
class MatchKey {
 public:
  // A file with 64 hex digits.
  static absl::StatusOr<std::shared_ptr<const MatchKey>> Load(const std::string& path);
  // `kind` separates domains, such as "resident" and "telephone". 32 bytes.
  std::string Hash(std::string_view kind, std::string_view value) const;

 private:
  std::string key_;
};

// Kind under which the number of a party's identity document is hashed to name the party's account,
// "callers/party-{hex}". Not the kind of the exact search: what stands in logs and tokens must not
// be the key to a table.
std::string PartyAccountKind(std::string_view identity_kind);

// First 3 and last 4 characters with asterisks between; all asterisks when shorter than 9.
std::string Mask(std::string_view value);

// SHA-256 and SM3 (GB/T 32905) as lower-case hex, over bytes that come in pieces.
class ContentDigest {
 public:
  ContentDigest();
  ~ContentDigest();
  ContentDigest(ContentDigest&&) noexcept;
  void Update(std::string_view bytes);
  struct Hex {
    std::string sha256;
    std::string sm3;
  };
  Hex Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maplebridge
