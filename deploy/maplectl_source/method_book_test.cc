#include "deploy/maplectl_source/method_book.h"

#include <gtest/gtest.h>

namespace maplebridge::maplectl {
namespace {

class MethodBookTest : public testing::Test {
 protected:
  void SetUp() override {
    auto book = MethodBook::FromFile(MAPLEBRIDGE_PROTOSET);
    ASSERT_TRUE(book.ok()) << book.status();
    book_ = *std::move(book);
  }
  std::unique_ptr<MethodBook> book_;
};

TEST_F(MethodBookTest, EverySpellingFindsTheMethod) {
  for (const char* name :
       {"/maplebridge.docking.v1.ReferralService/GetReferral",
        "maplebridge.docking.v1.ReferralService/GetReferral",
        "maplebridge.docking.v1.ReferralService.GetReferral", "ReferralService/GetReferral",
        "ReferralService.GetReferral", "GetReferral"}) {
    auto method = book_->Find(name);
    ASSERT_TRUE(method.ok()) << name << ": " << method.status();
    EXPECT_EQ(NameOf(**method), "maplebridge.docking.v1.ReferralService/GetReferral");
  }
}

TEST_F(MethodBookTest, AWordOfMoreThanOneMethodNamesThemAll) {
  auto method = book_->Find("WatchEvents");
  EXPECT_EQ(method.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string mend = MendOf(method.status());
  for (const char* name : {"DockingFeedService/WatchEvents", "RegistryFeedService/WatchEvents",
                           "RosterFeedService/WatchEvents"}) {
    EXPECT_NE(mend.find(name), std::string::npos) << mend;
  }
}

TEST_F(MethodBookTest, ASlipOfThePenIsGuessed) {
  auto method = book_->Find("GetReferal");
  EXPECT_EQ(method.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(MendOf(method.status()).find("ReferralService/GetReferral?"), std::string::npos)
      << MendOf(method.status());
}

TEST_F(MethodBookTest, SaysWhoMayCall) {
  EXPECT_EQ(RolesOf(**book_->Find("OrganisationService.PublishOrganisation")), "COUNTY_BUREAU");
  EXPECT_EQ(RolesOf(**book_->Find("ReferenceService.GetDivision")), "PUBLIC");
}

TEST_F(MethodBookTest, AFileThatIsNoneIsSaid) {
  EXPECT_TRUE(absl::IsNotFound(MethodBook::FromFile("/nowhere").status()));
  EXPECT_EQ(MethodBook::FromFile("/proc/self/exe").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace maplebridge::maplectl
