#include "services/gateway/identity/gatekeeper.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "maplebridge/caller/v1/caller.pb.h"
#include "maplebridge/options/v1/access.pb.h"
#include "services/gateway/testing/echo_descriptors.h"
#include "services/gateway/testing/test_keys.h"

namespace maplebridge::gateway {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);
constexpr char kCourt[] = "spiffe://maplebridge/caller/court";
constexpr char kCallers[] = R"([{"certificate_uri": "spiffe://maplebridge/caller/court",
  "principal": "callers/court", "roles": ["COURT_SYSTEM"], "court": "courts/330102"}])";

std::string ReasonOf(const Refusal& refusal) {
  google::rpc::ErrorInfo info;
  for (const auto& detail : refusal.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

class GatekeeperTest : public ::testing::Test {
 protected:
  GatekeeperTest()
      : gatekeeper_(*CallerDirectory::Parse(kCallers, limiter_),
                    TokenVerifier(token_keys_.public_key),
                    *ContextSigner::Create(context_keys_.private_key), limiter_) {}

  std::variant<Admission, Refusal> Admit(std::string_view method, std::string_view certificate,
                                         std::string_view authorization = "",
                                         absl::Time now = kNow) {
    Credentials credentials;
    credentials.certificate_uri = certificate;
    credentials.authorization = authorization;
    credentials.peer_address = "10.0.0.1";
    return gatekeeper_.Admit(EchoMethod(method), credentials, now);
  }
  // Code and reason; empty when admitted.
  std::pair<int, std::string> Refused(std::string_view method, std::string_view certificate,
                                      std::string_view authorization = "") {
    const auto decision = Admit(method, certificate, authorization);
    const auto* refusal = std::get_if<Refusal>(&decision);
    if (refusal == nullptr) return {0, ""};
    return {refusal->code(), ReasonOf(*refusal)};
  }
  static caller::v1::CallerContext ContextIn(std::string_view value) {
    std::string bytes;
    absl::WebSafeBase64Unescape(std::string(value.substr(0, value.find('.'))), &bytes);
    caller::v1::CallerContext context;
    context.ParseFromString(bytes);
    return context;
  }
  bool IsGenuine(std::string_view value) const {
    const size_t dot = value.find('.');
    std::string signature;
    absl::WebSafeBase64Unescape(std::string(value.substr(dot + 1)), &signature);
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(
        BIO_new_mem_buf(context_keys_.public_key.data(), -1), &BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> check(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
    EVP_DigestVerifyInit(check.get(), nullptr, nullptr, nullptr, key.get());
    return EVP_DigestVerify(check.get(), reinterpret_cast<const uint8_t*>(signature.data()),
                            signature.size(), reinterpret_cast<const uint8_t*>(value.data()),
                            dot) == 1;
  }
  std::string Bearer(const nlohmann::json& claims) const {
    return "Bearer " + SignToken(token_keys_, claims);
  }

  const KeyPair token_keys_ = MakeP256Keys();
  const KeyPair context_keys_ = MakeEd25519Keys();
  RateLimiter limiter_{1000};
  Gatekeeper gatekeeper_;
};

TEST_F(GatekeeperTest, ARegisteredCertificateIsAdmittedUnderASignedContext) {
  const auto decision = Admit("EchoService/Call", kCourt);
  const auto* admission = std::get_if<Admission>(&decision);
  ASSERT_NE(admission, nullptr);
  EXPECT_EQ(admission->caller->principal, "callers/court");
  EXPECT_TRUE(IsGenuine(admission->context));
  const auto context = ContextIn(admission->context);
  EXPECT_EQ(context.principal(), "callers/court");
  EXPECT_EQ(context.court(), "courts/330102");
  EXPECT_EQ(context.method(), "/maplebridge.echo.v1.EchoService/Call");
  EXPECT_EQ(context.audience(), "maplebridge");
  EXPECT_EQ(context.roles_size(), 1);
}

// A service takes a context for at most 30 seconds: the one in the cache must not run out in use.
TEST_F(GatekeeperTest, AContextNeverLivesLongerThanThirtySecondsNorRunsOutUnderACall) {
  for (int second = 0; second < 60; ++second) {
    const absl::Time now = kNow + absl::Seconds(second);
    const auto decision = Admit("EchoService/Call", kCourt, "", now);
    const auto context = ContextIn(std::get<Admission>(decision).context);
    const int64_t left = context.expire_time().seconds() - absl::ToUnixSeconds(now);
    EXPECT_LE(left, 30) << second;
    EXPECT_GE(left, 20) << second;
  }
}

TEST_F(GatekeeperTest, EachMethodHasAContextOfItsOwn) {
  const auto one = ContextIn(std::get<Admission>(Admit("EchoService/Call", kCourt)).context);
  const auto other =
      ContextIn(std::get<Admission>(Admit("EchoService/CallPublicly", kCourt)).context);
  EXPECT_NE(one.method(), other.method());
}

TEST_F(GatekeeperTest, ATokenSaysMoreThanACertificate) {
  const auto decision = Admit("EchoService/Call", kCourt, Bearer(GoodClaims(kNow)));
  EXPECT_EQ(std::get<Admission>(decision).caller->principal, "callers/wang");
}

TEST_F(GatekeeperTest, ATokenThatHasExpiredIsRefusedThoughItWasTakenBefore) {
  const std::string bearer = Bearer(GoodClaims(kNow));
  const auto before = Admit("EchoService/Call", "", bearer);
  EXPECT_TRUE(std::holds_alternative<Admission>(before));
  const auto after = Admit("EchoService/Call", "", bearer, kNow + absl::Seconds(640));
  ASSERT_TRUE(std::holds_alternative<Refusal>(after));
  EXPECT_EQ(ReasonOf(std::get<Refusal>(after)), "TOKEN_INVALID");
}

TEST_F(GatekeeperTest, WhoMayNotCallIsToldWhy) {
  using Expected = std::pair<int, std::string>;
  EXPECT_EQ(Refused("EchoService/Call", ""),
            Expected(grpc::StatusCode::UNAUTHENTICATED, "IDENTITY_MISSING"));
  EXPECT_EQ(Refused("EchoService/Call", "spiffe://maplebridge/caller/stranger"),
            Expected(grpc::StatusCode::UNAUTHENTICATED, "CALLER_UNKNOWN"));
  EXPECT_EQ(Refused("EchoService/Call", "", "Basic dTpw"),
            Expected(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID"));
  EXPECT_EQ(Refused("EchoService/Call", "", "Bearer nonsense"),
            Expected(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID"));
  EXPECT_EQ(Refused("EchoService/CallInside", kCourt),
            Expected(grpc::StatusCode::PERMISSION_DENIED, "ROLE_NOT_ALLOWED"));
  EXPECT_EQ(Refused("EchoService/CallPublicly", ""), Expected(0, ""));
  // A wrong token is not the same as none, even where none is needed.
  EXPECT_EQ(Refused("EchoService/CallPublicly", "", "Bearer nonsense"),
            Expected(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID"));
}

// Every role on every method: who holds an allowed role is let in, nobody else is.
TEST_F(GatekeeperTest, EveryRoleOnEveryMethod) {
  for (const auto& method : EchoCatalogue().methods()) {
    if (method->is_local()) continue;
    for (int role = options::v1::Role_MIN; role <= options::v1::Role_MAX; ++role) {
      const std::string name = options::v1::Role_Name(role).substr(5);
      if (RoleByName(name) == 0) continue;
      nlohmann::json claims = GoodClaims(kNow);
      claims["roles"] = nlohmann::json::array({name});
      Credentials credentials;
      const std::string bearer = Bearer(claims);
      credentials.authorization = bearer;
      const bool is_admitted =
          std::holds_alternative<Admission>(gatekeeper_.Admit(*method, credentials, kNow));
      const bool may = method->is_public() || (method->allowed_roles & RoleBit(role)) != 0;
      EXPECT_EQ(is_admitted, may) << name << " on " << method->path;
    }
  }
}

TEST_F(GatekeeperTest, AboveItsRateACallerIsToldWhenToComeBack) {
  std::variant<Admission, Refusal> decision;
  int admitted = 0;
  do {
    decision = Admit("EchoService/Call", kCourt);
    ++admitted;
  } while (std::holds_alternative<Admission>(decision) && admitted < 5000);
  ASSERT_EQ(admitted, 1001);
  const Refusal& refusal = std::get<Refusal>(decision);
  EXPECT_EQ(refusal.code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(refusal), "RATE_LIMITED");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(refusal.details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().nanos(), 1'000'000);
  EXPECT_EQ(Refused("EchoService/CallPublicly", "").first, 0) << "another has its own rate";
}

TEST_F(GatekeeperTest, AReloadTakesRightsAwayAtOnce) {
  EXPECT_TRUE(gatekeeper_.IsRegistered(kCourt));
  EXPECT_EQ(Refused("EchoService/Call", kCourt).first, 0);
  gatekeeper_.UseDirectory(*CallerDirectory::Parse("[]", limiter_));
  EXPECT_FALSE(gatekeeper_.IsRegistered(kCourt));
  EXPECT_EQ(Refused("EchoService/Call", kCourt).second, "CALLER_UNKNOWN");
}

TEST(ContextSignerTest, OnlyAnEd25519KeyIsTaken) {
  EXPECT_TRUE(ContextSigner::Create(MakeEd25519Keys().private_key).ok());
  EXPECT_FALSE(ContextSigner::Create(MakeEd25519Keys().public_key).ok());
  EXPECT_FALSE(ContextSigner::Create(MakeP256Keys().private_key).ok());
  EXPECT_FALSE(ContextSigner::Create("").ok());
}

}  // namespace
}  // namespace maplebridge::gateway
