// The traps of a change feed, each on a real PostgreSQL (see feed_hub.h). Beside what the feed
// does, each test shows what a reader without the guard would have done, so it cannot pass by
// chance.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/feed/event_log.h"
#include "common/feed/feed_hub.h"
#include "common/postgres/testing/test_database.h"

namespace maplebridge {
namespace {

using postgres::Connection;
using postgres::RunText;
using postgres::TestDatabase;

constexpr char kBegin[] = "BEGIN";
constexpr char kCommit[] = "COMMIT";

std::string Append(const std::string& resource, int revision) {
  return "WITH started AS MATERIALIZED (SELECT pg_current_xact_id() AS id) "
         "INSERT INTO events SELECT nextval('event_position'), now(), 'Change', '" +
         resource + "', " + std::to_string(revision) +
         ", '', '', 'test', '', '', '', '', '', '' FROM started";
}

class FeedHubTest : public testing::Test {
 protected:
  FeedHubTest() {
    postgres::DatabaseOptions options;
    options.conninfo = test_.conninfo();
    database_ = std::make_unique<postgres::Database>(options);
    hub_ = std::make_unique<FeedHub>(*database_);
  }
  ~FeedHubTest() override {
    auto end = [this]() -> Task<bool> {
      hub_.reset();
      database_.reset();
      co_return true;
    };
    RunBlocking(loops_.at(0), end());
  }
  absl::StatusOr<std::int64_t> Advance(absl::Duration timeout) {
    return RunBlocking(loops_.at(0), hub_->Advance(absl::Now() + timeout));
  }
  void Do(Connection& connection, const std::string& sql) {
    auto result = RunText(loops_.at(0), connection, sql);
    EXPECT_TRUE(result.ok()) << sql << ": " << result.status();
  }

  EventLoops loops_{1};
  TestDatabase test_{loops_.at(0)};
  std::unique_ptr<postgres::Database> database_;
  std::unique_ptr<FeedHub> hub_;
};

TEST_F(FeedHubTest, ASlowTransactionWithALowPositionIsNotPassed) {
  std::unique_ptr<Connection> slow = test_.Connect();
  Do(*slow, kBegin);
  Do(*slow, Append("cases/slow", 1));
  test_.Execute(Append("cases/quick", 1));
  // A reader that goes by what it sees would take 2 now and pass 1 for good.
  ASSERT_EQ(test_.Value("SELECT max(position) FROM events"), "2");
  EXPECT_FALSE(Advance(absl::Milliseconds(300)).ok());
  EXPECT_EQ(hub_->settled(), 0);
  Do(*slow, kCommit);
  EXPECT_EQ(Advance(absl::Seconds(5)).value_or(-1), 2);
}

TEST_F(FeedHubTest, AWriterThatHoldsTheNewestTransactionIdIsNotPassed) {
  std::unique_ptr<Connection> newest = test_.Connect();
  Do(*newest, kBegin);
  Do(*newest, Append("cases/newest", 1));
  // pg_snapshot_xmin and xmax both stand at the writer's own id: "no older transaction" by snapshot
  // alone would call position 1 settled.
  ASSERT_EQ(test_.Value("SELECT pg_snapshot_xmin(s) = pg_snapshot_xmax(s) "
                        "FROM pg_current_snapshot() AS s"),
            "t");
  EXPECT_FALSE(Advance(absl::Milliseconds(300)).ok());
  EXPECT_EQ(hub_->settled(), 0);
  Do(*newest, kCommit);
  EXPECT_EQ(Advance(absl::Seconds(5)).value_or(-1), 1);
}

TEST_F(FeedHubTest, ATransactionInAnotherDatabaseHoldsUpNothing) {
  TestDatabase other(loops_.at(0));
  std::unique_ptr<Connection> held = other.Connect();
  Do(*held, kBegin);
  Do(*held, Append("cases/elsewhere", 1));
  test_.Execute(Append("cases/here", 1));
  // The snapshot's xmin is the cluster's: a reader bound to it would wait for the other database.
  ASSERT_EQ(test_.Value("SELECT pg_snapshot_xmin(pg_current_snapshot()) < pg_current_xact_id()"),
            "t");
  EXPECT_EQ(Advance(absl::Seconds(2)).value_or(-1), 1);
  Do(*held, "ROLLBACK");
}

TEST_F(FeedHubTest, ARolledBackPositionIsAGapThatTheFeedPasses) {
  std::unique_ptr<Connection> gone = test_.Connect();
  Do(*gone, kBegin);
  Do(*gone, Append("cases/gone", 1));
  Do(*gone, "ROLLBACK");
  test_.Execute(Append("cases/kept", 1));
  EXPECT_EQ(Advance(absl::Seconds(2)).value_or(-1), 2);
}

TEST_F(FeedHubTest, TwoChangesOfOneResourceKeepTheirOrder) {
  test_.Execute("CREATE TABLE cases (name text PRIMARY KEY, revision int)");
  test_.Execute("INSERT INTO cases VALUES ('cases/one', 0)");
  // Many writers change one row: each locks it, then draws its position.
  constexpr int kWriters = 8;
  constexpr int kChanges = 20;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&] {
      EventLoops loops(1);
      auto opened = RunBlocking(
          loops.at(0), Connection::Open(test_.conninfo(), absl::Now() + absl::Seconds(20)));
      if (!opened.ok()) {
        ++failed;
        return;
      }
      for (int i = 0; i < kChanges; ++i) {
        auto changed = RunText(
            loops.at(0), **opened,
            "WITH changed AS MATERIALIZED (UPDATE cases SET revision = revision + 1 "
            "WHERE name = 'cases/one' RETURNING revision) "
            "INSERT INTO events SELECT nextval('event_position'), now(), 'Change', 'cases/one', "
            "revision, '', '', 'test', '', '', '', '', '', '' FROM changed");
        if (!changed.ok()) ++failed;
      }
      auto close = [&]() -> Task<bool> {
        opened->reset();
        co_return true;
      };
      RunBlocking(loops.at(0), close());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed.load(), 0);
  EXPECT_EQ(test_.Value("SELECT count(*) FROM events"), std::to_string(kWriters * kChanges));
  EXPECT_EQ(test_.Value("SELECT count(*) FROM (SELECT revision, lag(revision) OVER "
                        "(ORDER BY position) AS before FROM events) AS pairs "
                        "WHERE before IS NOT NULL AND revision <> before + 1"),
            "0");

  // The trap itself: a position drawn before the lock arrives turned round.
  test_.Execute("TRUNCATE events");
  std::unique_ptr<Connection> first = test_.Connect();
  std::unique_ptr<Connection> second = test_.Connect();
  Do(*first, kBegin);
  auto early = RunText(loops_.at(0), *first, "SELECT nextval('event_position')");
  ASSERT_TRUE(early.ok());
  Do(*second, kBegin);
  Do(*second, "UPDATE cases SET revision = revision + 1 WHERE name = 'cases/one'");
  Do(*second, Append("cases/one", 901));
  Do(*second, kCommit);
  Do(*first, "UPDATE cases SET revision = revision + 1 WHERE name = 'cases/one'");
  Do(*first, "INSERT INTO events SELECT " + (*early)[0].Text(0) +
                 ", now(), 'Change', 'cases/one', 902, '', '', 'test', '', '', '', '', '', ''");
  Do(*first, kCommit);
  EXPECT_EQ(test_.Value("SELECT string_agg(revision::text, ',' ORDER BY position) FROM events"),
            "902,901");
}

TEST_F(FeedHubTest, AWaiterWakesWhenThePositionSettles) {
  std::atomic<bool> stop{false};
  std::atomic<bool> ended{false};
  loops_.at(0).Post([&] {
    Start(
        [](FeedHub& hub, std::atomic<bool>& stop, std::atomic<bool>& ended) -> Task<bool> {
          co_await hub.Run([&stop] { return stop.load(); });
          ended = true;
          co_return true;
        }(*hub_, stop, ended),
        [](bool) {});
  });
  test_.Execute(Append("cases/one", 1));
  hub_->Wake();
  EXPECT_EQ(RunBlocking(loops_.at(0), hub_->WaitBeyond(0, absl::Seconds(5))), 1);
  EXPECT_EQ(RunBlocking(loops_.at(0), hub_->WaitBeyond(1, absl::Milliseconds(50))), 1);
  stop = true;
  while (!ended) absl::SleepFor(absl::Milliseconds(5));
}

}  // namespace
}  // namespace maplebridge
