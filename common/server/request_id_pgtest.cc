#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/postgres/testing/test_database.h"
#include "common/server/request_id.h"
#include "maplebridge/registry/v1/dispute.pb.h"

namespace maplebridge {
namespace {

using Request = registry::v1::ReportDisputeRequest;
using Response = registry::v1::Dispute;

constexpr char kRequestId[] = "7b0f4a52-7a41-4a49-9c32-0c8d5f5f3a10";
constexpr postgres::Statement kInsert{"thing_insert", R"(
  INSERT INTO things (summary) VALUES ($1) RETURNING id)"};

class RequestIdTest : public testing::Test {
 protected:
  RequestIdTest() : test_(loops_.at(0)) {
    test_.Execute("CREATE TABLE things (id serial PRIMARY KEY, summary text)");
    postgres::DatabaseOptions options;
    options.conninfo = test_.conninfo();
    database_ = std::make_unique<postgres::Database>(options);
  }
  ~RequestIdTest() override {
    auto end = [this]() -> Task<bool> {
      database_.reset();
      co_return true;
    };
    RunBlocking(loops_.at(0), end());
  }
  static Request Ask(const std::string& summary, const std::string& request_id = kRequestId) {
    Request request;
    request.mutable_dispute()->set_summary(summary);
    request.set_request_id(request_id);
    return request;
  }
  Task<absl::StatusOr<Response>> ChangeBy(Call& call, const Request& request) {
    std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&)> change =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<Response>> {
      auto stored = co_await transaction.Execute(kInsert, request.dispute().summary());
      if (!stored.ok()) co_return stored.status();
      Response response;
      response.set_name("things/" + (*stored)[0].Text(0));
      co_return response;
    };
    std::function<Task<absl::StatusOr<Response>>(postgres::Transaction&, const std::string&)> read =
        [](postgres::Transaction&, const std::string& name) -> Task<absl::StatusOr<Response>> {
      Response response;
      response.set_name(name);
      co_return response;
    };
    co_return co_await ChangeOnce<Response, Request>(*database_, call, request, change, read);
  }
  absl::StatusOr<Response> Change(const Request& request,
                                  const std::string& principal = "callers/a") {
    Call call = OwnCall(principal, absl::Seconds(10));
    return RunBlocking(loops_.at(0), ChangeBy(call, request));
  }

  EventLoops loops_{1};
  postgres::TestDatabase test_;
  std::unique_ptr<postgres::Database> database_;
};

TEST_F(RequestIdTest, ARepeatGetsTheFirstAnswerAndChangesNothing) {
  auto first = Change(Ask("甲"));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Change(Ask("甲"))->name(), first->name());
  EXPECT_EQ(test_.Value("SELECT count(*) FROM things"), "1");
}

TEST_F(RequestIdTest, ADifferentBodyUnderTheSameIdIsRefused) {
  ASSERT_TRUE(Change(Ask("甲")).ok());
  auto reused = Change(Ask("乙"));
  EXPECT_THAT(reused.status().ToString(), testing::HasSubstr("request_id"));
  EXPECT_EQ(test_.Value("SELECT count(*) FROM things"), "1");
}

TEST_F(RequestIdTest, AnIdBelongsToItsCaller) {
  ASSERT_TRUE(Change(Ask("甲"), "callers/a").ok());
  ASSERT_TRUE(Change(Ask("甲"), "callers/b").ok());
  EXPECT_EQ(test_.Value("SELECT count(*) FROM things"), "2");
}

TEST_F(RequestIdTest, WithoutAnIdEveryCallCounts) {
  ASSERT_TRUE(Change(Ask("甲", "")).ok());
  ASSERT_TRUE(Change(Ask("甲", "")).ok());
  EXPECT_EQ(test_.Value("SELECT count(*) FROM things"), "2");
  EXPECT_FALSE(Change(Ask("甲", "not-a-uuid")).ok());
}

TEST_F(RequestIdTest, ClaimsAreForgottenAfterSevenDays) {
  test_.Execute(
      "INSERT INTO request_ids SELECT 'callers/a', 'm', i::text, '', '', now() - i * interval '1 "
      "day' "
      "FROM generate_series(1, 9) AS i");
  int rounds = 0;
  auto task = [&]() -> Task<bool> {
    const std::function<bool()> stop = [&] { return ++rounds > 1; };
    co_await ForgetRequestIds(*database_, stop);
    co_return true;
  };
  RunBlocking(loops_.at(0), task());
  EXPECT_EQ(test_.Value("SELECT string_agg(request_id, '' ORDER BY request_id) FROM request_ids"),
            "123456");
}

TEST_F(RequestIdTest, TwoAtTheSameMomentMakeOne) {
  Call call = OwnCall("callers/a", absl::Seconds(10));
  const Request request = Ask("甲");
  std::vector<std::string> names;
  auto both = [&]() -> Task<bool> {
    co_return co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      for (int i = 0; i < 8; ++i) {
        Start(ChangeBy(call, request), [&, resolve](absl::StatusOr<Response> answer) {
          EXPECT_TRUE(answer.ok()) << answer.status();
          names.push_back(answer.ok() ? answer->name() : "");
          if (names.size() == 8) resolve(true);
        });
      }
    });
  };
  RunBlocking(loops_.at(0), both());
  EXPECT_THAT(names, testing::Each(names[0]));
  EXPECT_EQ(test_.Value("SELECT count(*) FROM things"), "1");
}

}  // namespace
}  // namespace maplebridge
