#include "common/server/page_token.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "common/server/etag.h"
#include "maplebridge/registry/v1/dispute.pb.h"

namespace maplebridge {
namespace {

class PageTokenTest : public testing::Test {
 protected:
  PageTokenTest() {
    std::string path = testing::TempDir() + "page_token_key_XXXXXX";
    close(mkstemp(path.data()));
    std::ofstream(path) << std::string(64, 'b');
    key_ = *MatchKey::Load(path);
    unlink(path.c_str());
    request_.set_organisation("organisations/a");
  }
  std::shared_ptr<const MatchKey> key_;
  registry::v1::ListDisputesRequest request_;
};

TEST_F(PageTokenTest, GoesOnAfterTheLastRowWhateverThePageSize) {
  const std::string token = MakePageToken(*key_, request_, {"2026-11-24", "disputes/7"});
  request_.set_page_token(token);
  request_.set_page_size(7);
  auto row = ReadPageToken(*key_, request_, token);
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(*row, (std::vector<std::string>{"2026-11-24", "disputes/7"}));
  EXPECT_TRUE(ReadPageToken(*key_, request_, "")->empty());
}

TEST_F(PageTokenTest, IsRefusedWhenChangedOrUsedForAnotherQuestion) {
  const std::string token = MakePageToken(*key_, request_, {"disputes/7"});
  int refused = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    refused += ReadPageToken(*key_, request_, changed).ok() ? 0 : 1;
  }
  EXPECT_EQ(refused, static_cast<int>(token.size()));
  EXPECT_FALSE(ReadPageToken(*key_, request_, "nonsense").ok());
  request_.set_organisation("organisations/b");
  EXPECT_EQ(ReadPageToken(*key_, request_, token).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PageSize, HasADefaultAndAMost) {
  EXPECT_EQ(*PageSize(0), 50);
  EXPECT_EQ(*PageSize(7), 7);
  EXPECT_EQ(*PageSize(5'000), 1'000);
  EXPECT_FALSE(PageSize(-1).ok());
}

TEST(Etag, IsAskedForOnlyWhenGiven) {
  EXPECT_TRUE(CheckEtag("disputes/7", "", 3).ok());
  EXPECT_TRUE(CheckEtag("disputes/7", Etag(3), 3).ok());
  EXPECT_EQ(CheckEtag("disputes/7", Etag(2), 3).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(CheckEtag("disputes/7", "nonsense", 3).code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace maplebridge
