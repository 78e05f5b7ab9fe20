#include "services/gateway/identity/context_signer.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include "maplebridge/caller/v1/caller.pb.h"

namespace maplebridge::gateway {

namespace {

constexpr size_t kSignatureSize = 64;

std::string Payload(const Caller& caller, const Method& method, absl::Time now) {
  caller::v1::CallerContext context;
  context.set_principal(caller.principal);
  for (int role = 1; role < 64; ++role) {
    if ((caller.roles & RoleBit(role)) != 0) {
      context.add_roles(static_cast<options::v1::Role>(role));
    }
  }
  context.set_division(caller.division);
  context.set_organisation(caller.organisation);
  context.set_court(caller.court);
  context.set_method(method.path);
  context.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(now + ContextSigner::kValidity));
  context.set_audience("maplebridge");
  return context.SerializeAsString();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ContextSigner>> ContextSigner::Create(
    std::string_view private_key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())), &BIO_free);
  Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) {
    return absl::InvalidArgumentError("context key: expected an Ed25519 private key in PEM");
  }
  return std::shared_ptr<const ContextSigner>(new ContextSigner(std::move(key)));
}

std::string ContextSigner::Sign(const Caller& caller, const Method& method, absl::Time now) const {
  std::string signed_part = absl::WebSafeBase64Escape(Payload(caller, method, now));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                       &EVP_MD_CTX_free);
  std::string signature(kSignatureSize, '\0');
  size_t size = signature.size();
  EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key_.get());
  EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size());
  return absl::StrCat(signed_part, ".", absl::WebSafeBase64Escape(signature));
}

}  // namespace maplebridge::gateway
