#include <gtest/gtest.h>

#include "common/deadlines/deadline_clock.h"
#include "common/postgres/testing/test_database.h"

namespace maplebridge {
namespace {

class DeadlineClockTest : public testing::Test {
 protected:
  DeadlineClockTest() : test_(loops_.at(0)) {
    postgres::DatabaseOptions options;
    options.conninfo = test_.conninfo();
    database_ = std::make_unique<postgres::Database>(options);
  }
  ~DeadlineClockTest() override {
    auto end = [this]() -> Task<bool> {
      database_.reset();
      co_return true;
    };
    RunBlocking(loops_.at(0), end());
  }
  void Set(const std::string& resource, absl::Time due) {
    Change([&](postgres::Transaction& transaction, const Call& call) -> Task<absl::Status> {
      DeadlineRow row{resource, "accept", absl::CivilDay(2026, 10, 8), due, false};
      co_return co_await SetDeadline(transaction, call, row, "test");
    });
  }
  void Change(std::function<Task<absl::Status>(postgres::Transaction&, const Call&)> change) {
    auto task = [&]() -> Task<absl::StatusOr<bool>> {
      Call call = OwnCall("services/test", absl::Seconds(10));
      std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
          [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
        absl::Status status = co_await change(transaction, call);
        if (!status.ok()) co_return status;
        co_return true;
      };
      co_return co_await database_->Transact<bool>(call.deadline(), body);
    };
    auto done = RunBlocking(loops_.at(0), task());
    EXPECT_TRUE(done.ok()) << done.status();
  }
  int Expire(absl::Time now) {
    DeadlineEffect effect = [this](postgres::Transaction&, Call&,
                                   const DeadlineRow& row) -> Task<absl::Status> {
      if (row.resource == fails_) co_return absl::InternalError("no");
      expired_.push_back(row.resource);
      co_return absl::OkStatus();
    };
    auto count = RunBlocking(loops_.at(0), ExpireDue(*database_, effect, now));
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  }

  EventLoops loops_{1};
  postgres::TestDatabase test_;
  std::unique_ptr<postgres::Database> database_;
  std::vector<std::string> expired_;
  std::string fails_;
  const absl::Time due_ = absl::FromUnixSeconds(1'791'475'200);
};

TEST_F(DeadlineClockTest, ExpiresAtTheMomentAndOnce) {
  Set("referrals/1", due_);
  EXPECT_EQ(Expire(due_ - absl::Microseconds(1)), 0);
  EXPECT_EQ(Expire(due_), 1);
  EXPECT_EQ(Expire(due_ + absl::Hours(24)), 0);
  EXPECT_EQ(expired_, std::vector<std::string>{"referrals/1"});
  EXPECT_EQ(test_.Value("SELECT string_agg(state, ',' ORDER BY change_time) FROM deadline_changes "
                        "WHERE state = 'EXPIRED'"),
            "EXPIRED");
}

TEST_F(DeadlineClockTest, AMetDeadlineDoesNotExpire) {
  Set("referrals/1", due_);
  Change([](postgres::Transaction& transaction, const Call& call) -> Task<absl::Status> {
    const std::string resource = "referrals/1";
    const std::string kind = "accept";
    co_return co_await MeetDeadline(transaction, call, resource, kind);
  });
  EXPECT_EQ(Expire(due_ + absl::Hours(1)), 0);
}

TEST_F(DeadlineClockTest, AMovedDeadlineExpiresAtItsNewTime) {
  Set("referrals/1", due_);
  Set("referrals/1", due_ + absl::Hours(48));
  EXPECT_EQ(Expire(due_), 0);
  EXPECT_EQ(Expire(due_ + absl::Hours(48)), 1);
  EXPECT_EQ(test_.Value("SELECT count(*) FROM deadline_changes"), "3");
}

TEST_F(DeadlineClockTest, OneThatFailsKeepsItsTurnAndHoldsUpNoOther) {
  Set("referrals/bad", due_);
  Set("referrals/good", due_ + absl::Seconds(1));
  fails_ = "referrals/bad";
  EXPECT_EQ(Expire(due_ + absl::Minutes(1)), 1);
  EXPECT_EQ(test_.Value("SELECT state FROM deadlines WHERE resource = 'referrals/bad'"), "RUNNING");
  fails_ = "";
  EXPECT_EQ(Expire(due_ + absl::Hours(1)), 1);
}

}  // namespace
}  // namespace maplebridge
