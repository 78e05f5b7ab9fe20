#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/postgres/coalescer.h"
#include "common/postgres/database.h"
#include "common/postgres/testing/test_database.h"
#include "common/status/error.h"

namespace maplebridge::postgres {
namespace {

constexpr Statement kEcho{"echo", R"(
  SELECT $1::text, $2::bigint, $3::timestamptz, $4::date, $5::bytea, $6::boolean, $7::text)"};
constexpr Statement kPid{"pid", "SELECT pg_backend_pid()"};
constexpr Statement kSleep{"sleep", "SELECT pg_sleep(10)"};
constexpr Statement kInsert{"insert", "INSERT INTO numbers (number) VALUES ($1)"};
constexpr Statement kInsertAll{"insert_all", R"(
  INSERT INTO numbers (number) SELECT * FROM unnest($1::bigint[]) RETURNING number)"};
constexpr Statement kCount{"count", "SELECT count(*) FROM numbers"};
constexpr Statement kAdd{"add", R"(
  UPDATE totals SET total = total + $1 RETURNING total)"};

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

class DatabaseTest : public testing::Test {
 protected:
  template <typename Body>
  auto Run(Body body) {
    return RunBlocking(loops_.at(0), body());
  }

  DatabaseTest() : loops_(1), test_(loops_.at(0)) {
    test_.Execute("CREATE TABLE numbers (number bigint PRIMARY KEY CHECK (number >= 0))");
    test_.Execute("CREATE TABLE totals (total bigint)");
    test_.Execute("INSERT INTO totals VALUES (0)");
    database_ = std::make_unique<Database>(DatabaseOptions{test_.conninfo(), 2, 10});
  }
  ~DatabaseTest() override {
    // A pool belongs to its loop.
    Run([this]() -> Task<bool> {
      database_.reset();
      co_return true;
    });
  }

  EventLoops loops_;
  TestDatabase test_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, ValuesComeBackAsTheyWent) {
  const absl::Time time = absl::FromUnixMicros(1'795'000'000'123'456);
  const std::string bytes("\x00\x01'\\\xff", 5);
  auto result = Run([&]() -> Task<absl::StatusOr<Result>> {
    Bytes value{bytes};
    co_return co_await database_->Query(Soon(), kEcho, std::string("甲'\"\\"),
                                        std::int64_t{-9'000'000'000}, time,
                                        absl::CivilDay(2026, 10, 8), value, true, std::nullopt);
  });
  ASSERT_TRUE(result.ok()) << result.status();
  const Row row = (*result)[0];
  EXPECT_EQ(row.Text(0), "甲'\"\\");
  EXPECT_EQ(row.Int64(1), -9'000'000'000);
  EXPECT_EQ(row.Time(2), time);
  EXPECT_EQ(row.Day(3), absl::CivilDay(2026, 10, 8));
  EXPECT_EQ(row.Bytes(4), bytes);
  EXPECT_TRUE(row.Bool(5));
  EXPECT_TRUE(row.IsNull(6));
}

TEST_F(DatabaseTest, AStatementEndsWithItsCallsDeadline) {
  const absl::Time begin = absl::Now();
  auto result = Run([&]() -> Task<absl::StatusOr<Result>> {
    co_return co_await database_->Query(begin + absl::Milliseconds(200), kSleep);
  });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded) << result.status();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
  // The server was told to stop, too.
  for (int i = 0; i < 50; ++i) {
    if (test_.Value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(10)%' "
                    "AND state = 'active' AND pid <> pg_backend_pid()") == "0") {
      return;
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  FAIL() << "the statement still runs on the server";
}

TEST_F(DatabaseTest, AConnectionThatWasCutIsReplaced) {
  auto first = Run(
      [&]() -> Task<absl::StatusOr<Result>> { co_return co_await database_->Query(Soon(), kPid); });
  ASSERT_TRUE(first.ok());
  test_.Execute("SELECT pg_terminate_backend(" + (*first)[0].Text(0) + ")");
  absl::SleepFor(absl::Milliseconds(100));
  // No call notices.
  auto again = Run(
      [&]() -> Task<absl::StatusOr<Result>> { co_return co_await database_->Query(Soon(), kPid); });
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_NE((*again)[0].Text(0), (*first)[0].Text(0));
}

TEST_F(DatabaseTest, AnUnreachableServerIsUnavailableWithinTheDeadline) {
  auto database = std::make_unique<Database>(
      DatabaseOptions{"host=127.0.0.1 port=1 dbname=none user=none", 1, 10});
  const absl::Time begin = absl::Now();
  auto result = Run([&]() -> Task<absl::StatusOr<Result>> {
    auto answer = co_await database->Query(begin + absl::Seconds(2), kPid);
    database.reset();
    co_return answer;
  });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable) << result.status();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(4));
}

TEST_F(DatabaseTest, WhoseTimeRunsOutWhileConnectingIsTooLateAndSaysNothingOfTheServer) {
  // A server that takes connections and never answers.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 5), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string conninfo =
      absl::StrCat("host=127.0.0.1 sslmode=disable user=x port=", ntohs(address.sin_port));
  const absl::Status status = Run([&]() -> Task<absl::Status> {
    Database silent(DatabaseOptions{conninfo, 2, 10});
    auto answer = co_await silent.Query(absl::Now() + absl::Milliseconds(50), kPid);
    EXPECT_TRUE(silent.reachable());
    co_return answer.status();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  EXPECT_EQ(ReasonOf(status), reason::kDeadlinePassed);
  close(listener);
}

TEST_F(DatabaseTest, OfSeveralServersTheOneThatCanBeWrittenIsTaken) {
  // As a standby beside its primary: the first does not answer, the second takes writes.
  const auto option = [&](const std::string& name) {
    const std::size_t at = test_.conninfo().find(name + "=");
    const std::size_t begin = at + name.size() + 1;
    return test_.conninfo().substr(begin, test_.conninfo().find(' ', begin) - begin);
  };
  std::string rest = test_.conninfo();
  for (const char* name : {"hostaddr", "port"}) {
    const std::string whole = absl::StrCat(name, "=", option(name));
    rest.replace(rest.find(whole), whole.size(), "");
  }
  auto database = std::make_unique<Database>(
      DatabaseOptions{absl::StrCat(rest, " hostaddr=127.0.0.1,", option("hostaddr"), " port=1,",
                                   option("port"), " target_session_attrs=read-write"),
                      1, 10});
  auto result = Run([&]() -> Task<absl::StatusOr<Result>> {
    auto answer = co_await database->Query(Soon(), kPid);
    database.reset();
    co_return answer;
  });
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(DatabaseTest, ARefusedTransactionLeavesNothing) {
  auto refused = Run([&]() -> Task<absl::StatusOr<int>> {
    std::function<Task<absl::StatusOr<int>>(Transaction&)> body =
        [](Transaction& transaction) -> Task<absl::StatusOr<int>> {
      auto inserted = co_await transaction.Execute(kInsert, std::int64_t{1});
      EXPECT_TRUE(inserted.ok());
      co_return absl::FailedPreconditionError("the domain says no");
    };
    co_return co_await database_->Transact<int>(Soon(), body);
  });
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(test_.Value("SELECT count(*) FROM numbers"), "0");
}

TEST_F(DatabaseTest, WhatIsLeftForLaterIsSeenByTheNextStatementAndCommitted) {
  auto seen = Run([&]() -> Task<absl::StatusOr<std::int64_t>> {
    std::function<Task<absl::StatusOr<std::int64_t>>(Transaction&)> body =
        [](Transaction& transaction) -> Task<absl::StatusOr<std::int64_t>> {
      transaction.Later({&kInsert, Parameters::Of(std::int64_t{1})});
      transaction.Later({&kInsert, Parameters::Of(std::int64_t{2})});
      auto count = co_await transaction.Execute(kCount);
      if (!count.ok()) co_return count.status();
      transaction.Later({&kInsert, Parameters::Of(std::int64_t{3})});
      co_return (*count)[0].Int64(0);
    };
    co_return co_await database_->Transact<std::int64_t>(Soon(), body);
  });
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(*seen, 2);
  EXPECT_EQ(test_.Value("SELECT count(*) FROM numbers"), "3");
}

TEST_F(DatabaseTest, AnErrorOfWhatWasLeftForLaterLeavesNothing) {
  for (const bool executes_more : {false, true}) {
    auto refused = Run([&]() -> Task<absl::StatusOr<int>> {
      std::function<Task<absl::StatusOr<int>>(Transaction&)> body =
          [executes_more](Transaction& transaction) -> Task<absl::StatusOr<int>> {
        auto inserted = co_await transaction.Execute(kInsert, std::int64_t{1});
        if (!inserted.ok()) co_return inserted.status();
        transaction.Later({&kInsert, Parameters::Of(std::int64_t{-1})});
        if (!executes_more) co_return 0;
        auto count = co_await transaction.Execute(kCount);
        if (!count.ok()) co_return count.status();
        co_return 0;
      };
      co_return co_await database_->Transact<int>(Soon(), body);
    });
    EXPECT_EQ(SqlStateOf(refused.status()), "23514") << executes_more;
    EXPECT_EQ(test_.Value("SELECT count(*) FROM numbers"), "0");
  }
}

TEST_F(DatabaseTest, ADeadlockIsRunAgain) {
  test_.Execute("CREATE TABLE pair (id int PRIMARY KEY, value int)");
  test_.Execute("INSERT INTO pair VALUES (1, 0), (2, 0)");
  static constexpr Statement kFirst{"first", "UPDATE pair SET value = value + 1 WHERE id = $1"};
  const auto change = [&](std::int64_t one, std::int64_t other) -> Task<absl::StatusOr<int>> {
    std::function<Task<absl::StatusOr<int>>(Transaction&)> body =
        [one, other](Transaction& transaction) -> Task<absl::StatusOr<int>> {
      auto first = co_await transaction.Execute(kFirst, one);
      if (!first.ok()) co_return first.status();
      co_await Sleep(absl::Milliseconds(300));
      auto second = co_await transaction.Execute(kFirst, other);
      if (!second.ok()) co_return second.status();
      co_return 1;
    };
    co_return co_await database_->Transact<int>(Soon(), body);
  };
  int done = 0;
  Run([&]() -> Task<bool> {
    co_return co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      const auto count = [&done, resolve](absl::StatusOr<int> answer) {
        EXPECT_TRUE(answer.ok()) << answer.status();
        if (++done == 2) resolve(true);
      };
      Start(change(1, 2), count);
      Start(change(2, 1), count);
    });
  });
  EXPECT_EQ(test_.Value("SELECT sum(value) FROM pair"), "4");
}

TEST_F(DatabaseTest, ABatchOf64WithThreeBadRowsStores61) {
  test_.Execute("INSERT INTO numbers VALUES (17)");  // one of the three is a duplicate
  using Numbers = Coalescer<std::int64_t, std::int64_t>;
  int batches = 0;
  Numbers coalescer(
      [&](const std::vector<const std::int64_t*>& items,
          absl::Time deadline) -> Task<absl::StatusOr<std::vector<absl::StatusOr<std::int64_t>>>> {
        ++batches;
        ArrayParameter array;
        for (const std::int64_t* item : items) array.Push(*item);
        std::string values = array.Take();
        auto result = co_await database_->Query(deadline, kInsertAll, values);
        if (!result.ok()) co_return result.status();
        std::vector<absl::StatusOr<std::int64_t>> answers;
        for (int i = 0; i < result->size(); ++i) answers.push_back((*result)[i].Int64(0));
        co_return answers;
      },
      [](const std::int64_t& item) { return std::vector<std::string>{std::to_string(item)}; },
      {.batch = 64, .statements = 1});
  std::vector<absl::StatusOr<std::int64_t>> answers(65, absl::UnknownError("none"));
  Run([&]() -> Task<bool> {
    co_return co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      auto left = std::make_shared<int>(65);
      // The first runs alone; the 64 behind it are one batch.
      for (std::int64_t i = 0; i < 65; ++i) {
        std::int64_t number = i == 0 ? 1000 : i == 5 || i == 33 ? -i : i;
        Start(coalescer.Submit(number, Soon()),
              [&answers, i, left, resolve](absl::StatusOr<std::int64_t> answer) {
                answers[static_cast<std::size_t>(i)] = std::move(answer);
                if (--*left == 0) resolve(true);
              });
      }
    });
  });
  int errors = 0;
  for (std::int64_t i = 1; i < 65; ++i) {
    const auto& answer = answers[static_cast<std::size_t>(i)];
    bool bad = i == 5 || i == 33 || i == 17;
    EXPECT_EQ(answer.ok(), !bad) << i << answer.status();
    EXPECT_EQ(answer.value_or(i), i);
    errors += answer.ok() ? 0 : 1;
  }
  EXPECT_EQ(errors, 3);
  EXPECT_EQ(test_.Value("SELECT count(*) FROM numbers WHERE number BETWEEN 1 AND 64"), "62");
  EXPECT_EQ(test_.Value("SELECT count(*) FROM numbers WHERE number < 0"), "0");
}

TEST_F(DatabaseTest, MoreWaitersThanAllowedAreRefused) {
  int refused = 0;
  int done = 0;
  Run([&]() -> Task<bool> {
    co_return co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      for (int i = 0; i < 20; ++i) {
        Start(database_->Query(absl::Now() + absl::Seconds(1), kSleep),
              [&, resolve](absl::StatusOr<Result> answer) {
                refused += answer.status().code() == absl::StatusCode::kResourceExhausted ? 1 : 0;
                if (++done == 20) resolve(true);
              });
      }
    });
  });
  EXPECT_EQ(refused, 8);  // two run, ten wait
}

}  // namespace
}  // namespace maplebridge::postgres
