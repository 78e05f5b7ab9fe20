#include <gtest/gtest.h>

#include <atomic>
#include <thread>

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
    test_.Execute("CREATE TABLE things AS SELECT 'the resource' AS name");
    work_.lock = [this](postgres::Transaction& transaction,
                        const DeadlineRow&) -> Task<absl::Status> {
      ++locks_;
      co_return co_await LockThing(transaction);
    };
    work_.effect = [this](postgres::Transaction&, Call&,
                          const DeadlineRow& row) -> Task<absl::Status> {
      if (row.resource == fails_) co_return absl::InternalError("no");
      expired_.push_back(row.resource);
      co_return absl::OkStatus();
    };
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
    auto count = RunBlocking(loops_.at(0), ExpireDue(*database_, work_, now));
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  }

  static Task<absl::Status> LockThing(postgres::Transaction& transaction) {
    static constexpr postgres::Statement kLock{"thing_lock", "SELECT FROM things FOR UPDATE"};
    auto locked = co_await transaction.Execute(kLock);
    co_return locked.status();
  }
  EventLoops loops_{2};
  postgres::TestDatabase test_;
  std::unique_ptr<postgres::Database> database_;
  DeadlineWork work_;
  std::atomic<int> locks_ = 0;
  std::vector<std::string> expired_;
  std::string fails_;
  std::atomic<bool> is_locked_ = false;
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

TEST_F(DeadlineClockTest, AStepThatMeetsTheClockWhileItExpiresIsNotWaitedForInARing) {
  Set("referrals/1", due_);
  int steps = 0;
  // As a handler does: the resource first, then its clock.
  std::thread handler([&] {
    Change([&](postgres::Transaction& transaction, const Call& call) -> Task<absl::Status> {
      ++steps;
      absl::Status locked = co_await LockThing(transaction);
      if (!locked.ok()) co_return locked;
      is_locked_ = true;
      const absl::Time patience = absl::Now() + absl::Seconds(5);
      while (locks_ == 0 && absl::Now() < patience) co_await Sleep(absl::Milliseconds(5));
      co_await Sleep(absl::Milliseconds(200));
      const std::string resource = "referrals/1";
      const std::string kind = "accept";
      co_return co_await MeetDeadline(transaction, call, resource, kind);
    });
  });
  const absl::Time patience = absl::Now() + absl::Seconds(5);
  while (!is_locked_ && absl::Now() < patience) absl::SleepFor(absl::Milliseconds(5));
  postgres::DatabaseOptions options;
  options.conninfo = test_.conninfo();
  auto expire = [&]() -> Task<absl::StatusOr<int>> {
    postgres::Database other(options);
    co_return co_await ExpireDue(other, work_, due_);
  };
  auto count = RunBlocking(loops_.at(1), expire());
  handler.join();
  ASSERT_TRUE(count.ok()) << count.status();
  EXPECT_EQ(*count, 0);
  EXPECT_EQ(steps, 1) << "the step was not made to begin again";
  // PostgreSQL breaks a ring by failing one side, and both sides try again: only its count tells.
  // It is complete once the connection of the expiry has gone.
  const std::string others =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()";
  while (test_.Value(others) != "1" && absl::Now() < patience + absl::Seconds(10)) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(test_.Value(others), "1");
  EXPECT_EQ(test_.Value("SELECT deadlocks FROM pg_stat_database WHERE datname = "
                        "current_database()"),
            "0");
  EXPECT_EQ(test_.Value("SELECT state || ' ' || attempts FROM deadlines"), "MET 0");
}

TEST_F(DeadlineClockTest, WhatIsPreparedBeforeCanPutTheExpiryOff) {
  Set("referrals/1", due_);
  bool is_ready = false;
  work_.prepare = [&](Call&, const DeadlineRow& row) -> Task<absl::Status> {
    EXPECT_EQ(row.resource, "referrals/1");
    if (!is_ready) co_return absl::FailedPreconditionError("a conclusion is on its way");
    co_return absl::OkStatus();
  };
  EXPECT_EQ(Expire(due_), 0);
  EXPECT_EQ(locks_, 0) << "nothing is locked while another service is asked";
  EXPECT_EQ(test_.Value("SELECT state || ' ' || attempts FROM deadlines"), "RUNNING 1");
  is_ready = true;
  EXPECT_EQ(Expire(due_ + absl::Minutes(1)), 1);
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
