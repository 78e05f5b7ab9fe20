#include "deploy/maplectl_source/token.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_split.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace maplebridge::maplectl {
namespace {

std::string NewKey() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  BIO* bytes = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bytes, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bytes, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bytes);
  EVP_PKEY_free(key);
  return pem;
}

nlohmann::json Part(const std::string& token, int index) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string text;
  EXPECT_EQ(parts.size(), 3U);
  EXPECT_TRUE(absl::WebSafeBase64Unescape(parts[static_cast<std::size_t>(index)], &text));
  return nlohmann::json::parse(text);
}

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

TEST(TokenTest, SaysWhoForHowLongAndWithWhichRights) {
  TokenClaims claims;
  claims.subject = "callers/court";
  claims.roles = {"COURT_SYSTEM", "role_judge"};
  claims.court = "courts/330102";
  claims.lifetime = absl::Minutes(20);
  auto token = MintToken(claims, NewKey(), kNow);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->expire_time, kNow + absl::Minutes(20));
  EXPECT_EQ(Part(token->text, 0)["alg"], "ES256");
  const nlohmann::json wanted = {{"iss", "maplebridge"},    {"aud", "maplebridge"},
                                 {"sub", "callers/court"},  {"iat", 1'790'000'000},
                                 {"exp", 1'790'001'200},    {"roles", {"COURT_SYSTEM", "JUDGE"}},
                                 {"court", "courts/330102"}};
  EXPECT_EQ(Part(token->text, 1), wanted);
}

TEST(TokenTest, ARoleThatNoTokenGrantsIsRefused) {
  for (const char* role : {"SERVICE", "PUBLIC", "UNSPECIFIED", "KING", ""}) {
    TokenClaims claims;
    claims.roles = {role};
    EXPECT_EQ(MintToken(claims, NewKey(), kNow).status().code(), absl::StatusCode::kInvalidArgument)
        << role;
  }
}

TEST(TokenTest, TwoCourtsAreTwoCallers) {
  TokenClaims claims;
  claims.roles = {"COURT_SYSTEM"};
  claims.court = "courts/330102";
  EXPECT_EQ(SubjectOf(claims), "callers/COURT_SYSTEM-courts-330102");
  claims.court = "courts/330103";
  EXPECT_EQ(SubjectOf(claims), "callers/COURT_SYSTEM-courts-330103");
}

TEST(TokenTest, APartysAccountIsNamedByItsNumberButDoesNotTellIt) {
  std::string path = testing::TempDir() + "match_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << std::string(64, 'b') << "\n";
  auto subject = PartySubject(path, "11010519491231002X", kNow);
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->size(), std::string("callers/party-").size() + 64);
  EXPECT_EQ(*PartySubject(path, "11010519491231002x", kNow), *subject);
  EXPECT_NE(*PartySubject(path, "440524188001010014", kNow), *subject);
  EXPECT_TRUE(PartySubject(path, "91330100799655058B", kNow).ok());
  const absl::Status wrong = PartySubject(path, "110105194912310021", kNow).status();
  EXPECT_EQ(wrong.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(wrong.message()).find("1949"), std::string::npos) << wrong;
  unlink(path.c_str());
}

TEST(TokenTest, AKeyThatIsNoneAndALifetimeOfNothingAreRefused) {
  TokenClaims claims;
  EXPECT_FALSE(MintToken(claims, "no key", kNow).ok());
  claims.lifetime = absl::ZeroDuration();
  EXPECT_FALSE(MintToken(claims, NewKey(), kNow).ok());
}

}  // namespace
}  // namespace maplebridge::maplectl
