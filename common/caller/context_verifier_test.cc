#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cstdio>

#include "common/caller/caller.h"
#include "maplebridge/caller/v1/caller.pb.h"

namespace maplebridge {
namespace {

constexpr char kMethod[] = "/maplebridge.docking.v1.ReferralService/GetReferral";

class ContextVerifierTest : public testing::Test {
 protected:
  ContextVerifierTest() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")) {
    verifier_ = VerifierOf(key_);
    context_.set_principal("callers/court-330102");
    context_.add_roles(options::v1::ROLE_COURT_SYSTEM);
    context_.set_court("courts/330102");
    context_.set_method(kMethod);
    context_.set_audience("maplebridge");
    context_.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(now_) + 30);
  }
  ~ContextVerifierTest() override { EVP_PKEY_free(key_); }

  static std::unique_ptr<ContextVerifier> VerifierOf(EVP_PKEY* key) {
    std::string path = testing::TempDir() + "context_key_XXXXXX";
    close(mkstemp(path.data()));
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_PUBKEY(file, key);
    std::fclose(file);
    auto verifier = ContextVerifier::Load(path);
    unlink(path.c_str());
    EXPECT_TRUE(verifier.ok()) << verifier.status();
    return std::move(*verifier);
  }
  std::string Sign(EVP_PKEY* key) {
    std::string payload;
    absl::WebSafeBase64Escape(context_.SerializeAsString(), &payload);
    unsigned char signature[64];
    std::size_t size = sizeof signature;
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key);
    EVP_DigestSign(context, signature, &size,
                   reinterpret_cast<const unsigned char*>(payload.data()), payload.size());
    EVP_MD_CTX_free(context);
    std::string text;
    absl::WebSafeBase64Escape(std::string(reinterpret_cast<char*>(signature), size), &text);
    return payload + "." + text;
  }
  absl::Status Verify(const std::string& header, std::string_view method = kMethod) {
    return verifier_->Verify(header, method, now_).status();
  }

  EVP_PKEY* key_;
  std::unique_ptr<ContextVerifier> verifier_;
  caller::v1::CallerContext context_;
  absl::Time now_ = absl::Now();
};

TEST_F(ContextVerifierTest, GivesTheCallerThatTheGatewaySigned) {
  auto caller = verifier_->Verify(Sign(key_), kMethod, now_);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ((*caller)->principal, "callers/court-330102");
  EXPECT_EQ((*caller)->court, "courts/330102");
  EXPECT_TRUE((*caller)->Has(options::v1::ROLE_COURT_SYSTEM));
}

TEST_F(ContextVerifierTest, RefusesAnotherKeyMethodAudienceAndTime) {
  EVP_PKEY* other = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  EXPECT_FALSE(Verify(Sign(other)).ok());
  EVP_PKEY_free(other);
  const std::string good = Sign(key_);
  EXPECT_TRUE(Verify(good).ok());
  // A context that one verifier has checked is nothing to one with another key.
  EVP_PKEY* next = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  const std::unique_ptr<ContextVerifier> another = VerifierOf(next);
  EXPECT_FALSE(another->Verify(good, kMethod, now_).ok());
  EXPECT_TRUE(another->Verify(Sign(next), kMethod, now_).ok());
  EXPECT_TRUE(Verify(good).ok());
  EVP_PKEY_free(next);
  EXPECT_FALSE(Verify(good, "/maplebridge.docking.v1.ReferralService/SendReferral").ok());
  std::string changed = good;
  changed[3] = changed[3] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Verify(changed).ok());
  EXPECT_FALSE(Verify("").ok());
  EXPECT_FALSE(Verify("no-dot").ok());
  context_.set_audience("elsewhere");
  EXPECT_FALSE(Verify(Sign(key_)).ok());
  context_.set_audience("maplebridge");
  context_.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(now_) - 3600);
  EXPECT_FALSE(Verify(Sign(key_)).ok());
  // A context that was good once and is remembered ends with its time, too.
  EXPECT_FALSE(verifier_->Verify(good, kMethod, now_ + absl::Hours(1)).ok());
}

TEST_F(ContextVerifierTest, NobodyOutsideIsAService) {
  context_.add_roles(options::v1::ROLE_SERVICE);
  auto caller = verifier_->Verify(Sign(key_), kMethod, now_);
  ASSERT_TRUE(caller.ok());
  EXPECT_FALSE((*caller)->is_service());
}

TEST(MaySee, EachRoleSeesItsOwn) {
  const ResourceScope scope{"330102001000", "organisations/a", "courts/330102"};
  const auto with = [&](Role role, auto set) {
    Caller caller;
    caller.principal = "callers/x";
    caller.roles = {role};
    set(caller);
    return MaySee(caller, scope);
  };
  EXPECT_TRUE(with(options::v1::ROLE_COURT_SYSTEM, [](Caller& c) { c.court = "courts/330102"; }));
  EXPECT_FALSE(with(options::v1::ROLE_COURT_SYSTEM, [](Caller& c) { c.court = "courts/330103"; }));
  EXPECT_FALSE(with(options::v1::ROLE_COURT_SYSTEM, [](Caller&) {}));
  EXPECT_TRUE(
      with(options::v1::ROLE_MEDIATOR, [](Caller& c) { c.organisation = "organisations/a"; }));
  EXPECT_FALSE(
      with(options::v1::ROLE_MEDIATOR, [](Caller& c) { c.organisation = "organisations/b"; }));
  EXPECT_TRUE(with(options::v1::ROLE_CITY_BUREAU, [](Caller& c) { c.division = "3301"; }));
  EXPECT_FALSE(with(options::v1::ROLE_CITY_BUREAU, [](Caller& c) { c.division = "3302"; }));
  EXPECT_FALSE(with(options::v1::ROLE_CITY_BUREAU, [](Caller&) {}));
}

}  // namespace
}  // namespace maplebridge
