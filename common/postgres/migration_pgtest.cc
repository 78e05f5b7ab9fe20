#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/postgres/migration.h"
#include "common/postgres/testing/test_database.h"

namespace maplebridge::postgres {
namespace {

class MigrationTest : public testing::Test {
 protected:
  std::vector<Migration> With(std::vector<Migration> more) {
    std::vector<Migration> all{CommonMigration()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  EventLoops loops_{1};
  TestDatabase test_{loops_.at(0)};
  const Migration second_{2, "things", "CREATE TABLE things (id int)"};
};

TEST_F(MigrationTest, RunsOnlyWhatIsMissing) {
  ASSERT_TRUE(Migrate(test_.conninfo(), With({second_})).ok());
  test_.Execute("INSERT INTO things VALUES (1)");
  ASSERT_TRUE(Migrate(test_.conninfo(), With({second_})).ok());
  EXPECT_EQ(test_.Value("SELECT count(*) FROM things"), "1");
  EXPECT_TRUE(CheckMigrated(test_.conninfo(), With({second_})).ok());
}

TEST_F(MigrationTest, RefusesWhatWasChangedAfterItRan) {
  ASSERT_TRUE(Migrate(test_.conninfo(), With({second_})).ok());
  Migration changed = second_;
  changed.sql += " -- later";
  const absl::Status status = Migrate(test_.conninfo(), With({changed}));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.ToString(), testing::HasSubstr("2"));
}

TEST_F(MigrationTest, RefusesADatabaseNewerThanTheBinary) {
  ASSERT_TRUE(Migrate(test_.conninfo(), With({second_})).ok());
  EXPECT_EQ(Migrate(test_.conninfo(), With({})).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(CheckMigrated(test_.conninfo(), With({})).ok());
}

TEST_F(MigrationTest, AFailureLeavesNothingOfItBehind) {
  const Migration broken{2, "broken", "CREATE TABLE half (id int); SELECT no_such_function()"};
  EXPECT_FALSE(Migrate(test_.conninfo(), With({broken})).ok());
  EXPECT_EQ(test_.Value("SELECT count(*) FROM pg_class WHERE relname = 'half'"), "0");
  EXPECT_TRUE(Migrate(test_.conninfo(), With({second_})).ok());
}

TEST_F(MigrationTest, ReplicasTakeTurns) {
  std::vector<std::thread> replicas;
  std::vector<absl::Status> answers(4);
  for (int i = 0; i < 4; ++i) {
    replicas.emplace_back([&, i] { answers[i] = Migrate(test_.conninfo(), With({second_})); });
  }
  for (std::thread& replica : replicas) replica.join();
  for (const absl::Status& answer : answers) EXPECT_TRUE(answer.ok()) << answer;
}

}  // namespace
}  // namespace maplebridge::postgres
