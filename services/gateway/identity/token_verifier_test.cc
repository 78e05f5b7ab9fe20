#include "services/gateway/identity/token_verifier.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "maplebridge/options/v1/access.pb.h"
#include "services/gateway/testing/test_keys.h"

namespace maplebridge::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

class TokenVerifierTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    keys_ = new KeyPair(MakeP256Keys());
    other_keys_ = new KeyPair(MakeP256Keys());
  }

  static absl::StatusOr<VerifiedToken> Verify(const json& claims, absl::Time now = kNow) {
    return TokenVerifier(keys_->public_key).Verify(SignToken(*keys_, claims), now);
  }
  static json With(const char* name, const json& value) {
    json claims = GoodClaims(kNow);
    claims[name] = value;
    return claims;
  }
  static json Without(const char* name) {
    json claims = GoodClaims(kNow);
    claims.erase(name);
    return claims;
  }

  static KeyPair* keys_;
  static KeyPair* other_keys_;
};

KeyPair* TokenVerifierTest::keys_ = nullptr;
KeyPair* TokenVerifierTest::other_keys_ = nullptr;

TEST_F(TokenVerifierTest, AGoodTokenGivesTheCallerItNames) {
  const auto verified = Verify(GoodClaims(kNow));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->caller.principal, "callers/wang");
  EXPECT_EQ(verified->caller.roles,
            RoleBit(options::v1::ROLE_MEDIATOR) | RoleBit(options::v1::ROLE_CENTRE));
  EXPECT_EQ(verified->caller.division, "330102");
  EXPECT_EQ(verified->caller.organisation, "organisations/o1");
  EXPECT_EQ(verified->caller.court, "courts/330102");
  EXPECT_EQ(verified->expire_time, kNow + absl::Seconds(600));
}

TEST_F(TokenVerifierTest, AudienceMayBeOneOfSeveral) {
  EXPECT_TRUE(Verify(With("aud", json::array({"other", "maplebridge"}))).ok());
  EXPECT_FALSE(Verify(With("aud", json::array({"other"}))).ok());
}

TEST_F(TokenVerifierTest, EachWrongClaimIsRefusedAndNamed) {
  const std::vector<std::pair<json, std::string>> wrong = {
      {With("iss", "elsewhere"), "issuer"},
      {Without("iss"), "issuer"},
      {With("aud", "elsewhere"), "audience"},
      {Without("aud"), "audience"},
      {Without("exp"), "exp"},
      {With("exp", "soon"), "exp"},
      {Without("sub"), "sub"},
      {With("sub", ""), "sub"},
      {With("sub", "services/docking"), "sub"},
      {With("sub", "callers/"), "sub"},
      {With("sub", "callers/a/b"), "sub"},
      {Without("roles"), "roles"},
      {With("roles", "MEDIATOR"), "roles"},
      {With("roles", json::array({"SERVICE"})), "role"},
      {With("roles", json::array({"UNSPECIFIED"})), "role"},
      {With("roles", json::array({"MEDIATOR", "KING"})), "role"},
      {With("roles", json::array({"ROLE_MEDIATOR"})), "role"},
      {With("roles", json::array({7})), "role"},
  };
  for (const auto& [claims, word] : wrong) {
    const auto verified = Verify(claims);
    ASSERT_FALSE(verified.ok()) << claims;
    EXPECT_EQ(verified.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(verified.status().message()), HasSubstr(word)) << claims;
  }
}

TEST_F(TokenVerifierTest, TimesAreJudgedWithThirtySecondsOfSkew) {
  const absl::Time expiry = kNow + absl::Seconds(600);
  EXPECT_TRUE(Verify(GoodClaims(kNow), expiry + absl::Seconds(30)).ok());
  EXPECT_FALSE(Verify(GoodClaims(kNow), expiry + absl::Seconds(31)).ok());
  const json not_before = With("nbf", absl::ToUnixSeconds(kNow));
  EXPECT_TRUE(Verify(not_before, kNow - absl::Seconds(30)).ok());
  EXPECT_FALSE(Verify(not_before, kNow - absl::Seconds(31)).ok());
}

TEST_F(TokenVerifierTest, ASignatureOfAnotherKeyIsRefused) {
  const TokenVerifier verifier(keys_->public_key);
  EXPECT_FALSE(verifier.Verify(SignToken(*other_keys_, GoodClaims(kNow)), kNow).ok());
}

TEST_F(TokenVerifierTest, AChangedTokenIsRefused) {
  const TokenVerifier verifier(keys_->public_key);
  const std::string token = SignToken(*keys_, GoodClaims(kNow));
  ASSERT_TRUE(verifier.Verify(token, kNow).ok());
  for (size_t i = 5; i < token.size(); i += 17) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifier.Verify(changed, kNow).ok()) << i;
  }
}

TEST_F(TokenVerifierTest, OtherAlgorithmsAreRefused) {
  const TokenVerifier verifier(keys_->public_key);
  const std::string claims = absl::WebSafeBase64Escape(GoodClaims(kNow).dump());
  for (const char* algorithm : {"none", "HS256", "RS256"}) {
    const std::string header =
        absl::WebSafeBase64Escape(std::string(R"({"alg":")") + algorithm + R"(","typ":"JWT"})");
    EXPECT_FALSE(verifier.Verify(header + "." + claims + ".", kNow).ok()) << algorithm;
    EXPECT_FALSE(verifier.Verify(header + "." + claims + ".c2ln", kNow).ok()) << algorithm;
  }
}

TEST_F(TokenVerifierTest, NonsenseIsRefusedAndNeverQuoted) {
  const TokenVerifier verifier(keys_->public_key);
  for (const std::string& token :
       {std::string(), std::string("a"), std::string("a.b.c"), std::string(20'000, 'x')}) {
    const auto verified = verifier.Verify(token, kNow);
    ASSERT_FALSE(verified.ok());
    if (token.size() > 3) {
      EXPECT_EQ(std::string(verified.status().message()).find(token), std::string::npos);
    }
  }
}

TEST_F(TokenVerifierTest, WithoutAKeyEveryTokenIsRefused) {
  EXPECT_FALSE(TokenVerifier("").Verify(SignToken(*keys_, GoodClaims(kNow)), kNow).ok());
}

}  // namespace
}  // namespace maplebridge::gateway
