#include "services/gateway/identity/caller_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "maplebridge/options/v1/access.pb.h"

namespace maplebridge::gateway {
namespace {

using ::testing::HasSubstr;

constexpr char kTwoCallers[] = R"([
  {"certificate_uri": "spiffe://maplebridge/caller/court", "principal": "callers/court-330102",
   "roles": ["COURT_SYSTEM", "COURT_CLERK"], "court": "courts/330102", "division": "3301"},
  {"certificate_uri": "spiffe://maplebridge/caller/org", "principal": "callers/org",
   "roles": ["ORGANISATION_HEAD"], "organisation": "organisations/o1"}
])";

TEST(CallerDirectoryTest, ACallerIsFoundByItsCertificate) {
  RateLimiter limiter(10);
  const auto directory = CallerDirectory::Parse(kTwoCallers, limiter);
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ((*directory)->size(), 2u);
  const CallerPointer court = (*directory)->Find("spiffe://maplebridge/caller/court");
  ASSERT_NE(court, nullptr);
  EXPECT_EQ(court->principal, "callers/court-330102");
  EXPECT_EQ(court->roles,
            RoleBit(options::v1::ROLE_COURT_SYSTEM) | RoleBit(options::v1::ROLE_COURT_CLERK));
  EXPECT_EQ(court->court, "courts/330102");
  EXPECT_EQ(court->division, "3301");
  EXPECT_EQ(court->bucket, limiter.BucketFor("callers/court-330102"));
  EXPECT_EQ((*directory)->Find("spiffe://maplebridge/caller/other"), nullptr);
  EXPECT_EQ((*directory)->Find(""), nullptr);
}

TEST(CallerDirectoryTest, AReloadKeepsTheRateOfThoseWhoStay) {
  RateLimiter limiter(10);
  const auto before = CallerDirectory::Parse(kTwoCallers, limiter);
  const auto after = CallerDirectory::Parse(kTwoCallers, limiter);
  const char uri[] = "spiffe://maplebridge/caller/org";
  EXPECT_EQ((*before)->Find(uri)->bucket, (*after)->Find(uri)->bucket);
}

TEST(CallerDirectoryTest, OneWrongEntryFailsTheWholeFile) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "JSON array"},
      {"{}", "JSON array"},
      {"[{]", "JSON array"},
      {"[7]", "callers"},
      {R"([{"certificate_uri": "a", "roles": []}])", "principal"},
      {R"([{"principal": "callers/p", "roles": []}])", "certificate_uri"},
      {R"([{"certificate_uri": "a", "principal": "callers/p", "roles": ["SERVICE"]}])", "SERVICE"},
      {R"([{"certificate_uri": "a", "principal": "callers/p", "roles": ["UNSPECIFIED"]}])",
       "UNSPECIFIED"},
      {R"([{"certificate_uri": "a", "principal": "callers/p", "roles": ["KING"]}])", "KING"},
      {R"([{"certificate_uri": "a", "principal": "callers/p", "roles": "MEDIATOR"}])", "callers"},
      {R"([{"certificate_uri": "a", "principal": 7}])", "callers"},
      {R"([{"certificate_uri": "a", "principal": "services/docking"}])", "principal"},
      {R"([{"certificate_uri": "a", "principal": "callers/p"}, {"certificate_uri": "a", "principal": "callers/q"}])",
       "twice"},
  };
  for (const auto& [text, word] : wrong) {
    RateLimiter limiter(10);
    const auto directory = CallerDirectory::Parse(text, limiter);
    ASSERT_FALSE(directory.ok()) << text;
    EXPECT_THAT(std::string(directory.status().message()), HasSubstr(word)) << text;
  }
}

TEST(CallerDirectoryTest, AFileThatIsNotThereIsNamed) {
  RateLimiter limiter(10);
  const auto directory = CallerDirectory::Load("/no/such/callers.json", limiter);
  EXPECT_EQ(directory.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(directory.status().message()), HasSubstr("/no/such/callers.json"));
}

TEST(RoleTest, OnlyRolesThatAnOutsiderMayHoldHaveABit) {
  EXPECT_EQ(RoleByName("MEDIATOR"), RoleBit(options::v1::ROLE_MEDIATOR));
  EXPECT_EQ(RoleByName("SERVICE"), 0u);
  EXPECT_EQ(RoleByName("UNSPECIFIED"), 0u);
  EXPECT_EQ(RoleByName("mediator"), 0u);
  EXPECT_EQ(RoleByName(""), 0u);
}

}  // namespace
}  // namespace maplebridge::gateway
