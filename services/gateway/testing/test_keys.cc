#include "services/gateway/testing/test_keys.h"

#include <jwt.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <memory>

namespace maplebridge::gateway {

namespace {

std::string Content(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<size_t>(size)};
}

KeyPair AsPem(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> holder(key, &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> private_text(BIO_new(BIO_s_mem()), &BIO_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> public_text(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PrivateKey(private_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_PUBKEY(public_text.get(), key);
  return {Content(private_text.get()), Content(public_text.get())};
}

}  // namespace

KeyPair MakeEd25519Keys() { return AsPem(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

KeyPair MakeP256Keys() { return AsPem(EVP_EC_gen("P-256")); }

nlohmann::json GoodClaims(absl::Time now) {
  return {{"iss", "maplebridge"},
          {"aud", "maplebridge"},
          {"sub", "callers/wang"},
          {"exp", absl::ToUnixSeconds(now) + 600},
          {"roles", nlohmann::json::array({"MEDIATOR", "CENTRE"})},
          {"division", "330102"},
          {"organisation", "organisations/o1"},
          {"court", "courts/330102"}};
}

std::string SignToken(const KeyPair& keys, const nlohmann::json& claims) {
  jwt_t* token = nullptr;
  jwt_new(&token);
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> holder(token, &jwt_free);
  jwt_add_grants_json(token, claims.dump().c_str());
  jwt_set_alg(token, JWT_ALG_ES256, reinterpret_cast<const unsigned char*>(keys.private_key.data()),
              static_cast<int>(keys.private_key.size()));
  const std::unique_ptr<char, decltype(&std::free)> text(jwt_encode_str(token), &std::free);
  return text == nullptr ? "" : text.get();
}

}  // namespace maplebridge::gateway
