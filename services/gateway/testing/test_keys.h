// Keys and tokens for tests, made anew in each run.
#pragma once

#include <absl/time/time.h>

#include <nlohmann/json.hpp>
#include <string>

namespace maplebridge::gateway {

struct KeyPair {
  std::string private_key;  // PEM
  std::string public_key;   // PEM
};

KeyPair MakeEd25519Keys();
KeyPair MakeP256Keys();

// Claims of a token that is in order at `now`.
nlohmann::json GoodClaims(absl::Time now);
// ES256 over the claims.
std::string SignToken(const KeyPair& keys, const nlohmann::json& claims);

}  // namespace maplebridge::gateway
