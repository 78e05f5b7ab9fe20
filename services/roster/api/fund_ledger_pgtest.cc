// The ledger sums to zero, nothing goes below zero, nothing is paid twice: also when connections
// die.
#include <absl/strings/str_cat.h>

#include <atomic>
#include <thread>

#include "services/roster/api/fund_ledger.h"
#include "services/roster/testing/roster_fixture.h"

namespace maplebridge::roster {
namespace {

constexpr char kFund[] = "f1";

class FundLedgerTest : public RosterTest {
 protected:
  using Body = std::function<Task<absl::Status>(postgres::Transaction&)>;

  void SetUp() override {
    RosterTest::SetUp();
    Fund fund{kFund, "以案定补", "CASE_SUBSIDY", 330102000000, absl::Now(), absl::Now(), 1};
    ASSERT_TRUE(Transact([fund](postgres::Transaction& transaction) {
                  return InsertFund(transaction, fund);
                }).ok());
  }
  absl::Status Transact(Body body) {
    std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> wrapped =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
      absl::Status done = co_await body(transaction);
      if (!done.ok()) co_return done;
      co_return true;
    };
    return Run(parts().databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), wrapped))
        .status();
  }
  absl::Status Move(Movement movement, std::int64_t amount, int year = 2026) {
    const Call call = Bureau();
    MoneyMove move{kFund, movement, year, amount, "funds/f1/budgets/b1"};
    return Transact([&](postgres::Transaction& transaction) -> Task<absl::Status> {
      auto moved = co_await MoveMoney(transaction, call, move);
      co_return moved.status();
    });
  }
  // Promises 10 fen and pays them, in one transaction, under a voucher of its own.
  absl::Status Pay(int writer) {
    const Call call = Bureau();
    const std::string id = absl::StrCat("c", writer);
    FundCommitment commitment{kFund, id, 2026, "补贴", "收款人", 10, absl::Now()};
    FundPayment payment{kFund, id, id, 10, absl::StrCat("V", writer), "callers/a", absl::Now()};
    MoneyMove promise{kFund, Movement::kCommit, 2026, 10, absl::StrCat("c/", id)};
    MoneyMove pay{kFund, Movement::kPay, 2026, 10, absl::StrCat("p/", id)};
    return Transact([&](postgres::Transaction& transaction) -> Task<absl::Status> {
      auto moved = co_await MoveMoney(transaction, call, promise);
      if (!moved.ok()) co_return moved.status();
      absl::Status done = co_await InsertCommitment(transaction, commitment);
      if (!done.ok()) co_return done;
      done = co_await InsertPayment(transaction, payment);
      if (!done.ok()) co_return done;
      moved = co_await MoveMoney(transaction, call, pay);
      co_return moved.status();
    });
  }
  std::string Balances() {
    return Value(
        "SELECT string_agg(year || ' ' || account || ' ' || balance_fen, ', ' ORDER BY year, "
        "account) FROM fund_accounts");
  }
  // Runs SQL that the schema must refuse; true when it did.
  bool Refused(const std::string& sql) {
    return Value(absl::StrCat("SELECT try_sql($q$", sql, "$q$)")) == "refused";
  }
  void ExpectSound() {
    EXPECT_EQ(Value("SELECT sum(amount_fen) FROM ledger_entries"), "0");
    EXPECT_EQ(Value("SELECT count(*) FROM (SELECT FROM ledger_entries GROUP BY fund, revision "
                    "HAVING sum(amount_fen) <> 0) t"),
              "0");
    EXPECT_EQ(Value("SELECT count(*) FROM fund_accounts a WHERE balance_fen <> (SELECT "
                    "coalesce(sum(amount_fen), 0) FROM ledger_entries e WHERE (e.fund, e.year, "
                    "e.account) = (a.fund, a.year, a.account))"),
              "0");
    EXPECT_EQ(Value("SELECT count(*) FROM fund_accounts WHERE account <> 'SOURCE' AND "
                    "balance_fen < 0"),
              "0");
  }
};

TEST_F(FundLedgerTest, SixtyFourWritersAndKilledConnectionsPayWhatIsThereOnce) {
  ASSERT_TRUE(Move(Movement::kBudget, 400).ok());
  std::atomic<int> running = 64;
  std::atomic<int> paid = 0, refused = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 64; ++writer) {
    writers.emplace_back([&, writer] {
      // Whoever does not know what became of it tries again, as a caller does.
      for (int attempt = 0; attempt < 200; ++attempt) {
        const absl::Status done = Pay(writer);
        if (done.ok() || absl::IsAlreadyExists(done)) {
          ++paid;
          break;
        }
        if (absl::IsFailedPrecondition(done)) {
          // A repeat of one that is stored finds no money left to promise a second time.
          ++refused;
          break;
        }
        absl::SleepFor(absl::Milliseconds(20));
      }
      --running;
    });
  }
  int killed = 0;
  for (int round = 0; round < 25 && running > 0; ++round) {
    const std::string count = Value(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
        "datname = current_database() AND pid <> pg_backend_pid()");
    killed += std::stoi(count);
    absl::SleepFor(absl::Milliseconds(30));
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(killed, 0);
  EXPECT_EQ(paid + refused, 64);
  EXPECT_EQ(Balances(), "2026 AVAILABLE 0, 2026 COMMITTED 0, 2026 PAID 400, 2026 SOURCE -400");
  EXPECT_EQ(Value("SELECT count(*) || ' ' || count(DISTINCT voucher) FROM fund_payments"), "40 40");
  EXPECT_EQ(Value("SELECT revision FROM funds"), "82");
  ExpectSound();
}

TEST_F(FundLedgerTest, APaymentRepeatedIsRefusedAndMovesNothing) {
  ASSERT_TRUE(Move(Movement::kBudget, 400).ok());
  ASSERT_TRUE(Pay(1).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(Pay(1)));
  EXPECT_EQ(Balances(), "2026 AVAILABLE 390, 2026 COMMITTED 0, 2026 PAID 10, 2026 SOURCE -400");
  ExpectSound();
}

TEST_F(FundLedgerTest, WhatIsFreeGoesOverTheYearsEndAndNoMore) {
  ASSERT_TRUE(Move(Movement::kBudget, 1'000'000'000'000'000).ok());
  EXPECT_EQ(Move(Movement::kBudget, 1).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Move(Movement::kCommit, 1).ok());
  EXPECT_EQ(Move(Movement::kCarryOver, 1'000'000'000'000'000).code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Move(Movement::kCarryOver, 999'999'999'999'999).ok());
  EXPECT_EQ(Value("SELECT balance_fen FROM fund_accounts WHERE year = 2027 AND account = "
                  "'AVAILABLE'"),
            "999999999999999");
  ExpectSound();
}

TEST_F(FundLedgerTest, TheSchemaRefusesWhatTheRulesDo) {
  ASSERT_TRUE(Move(Movement::kBudget, 100).ok());
  Execute(
      "CREATE FUNCTION try_sql(q text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE q; "
      "SET CONSTRAINTS ALL IMMEDIATE; RETURN 'taken'; "
      "EXCEPTION WHEN integrity_constraint_violation THEN RETURN 'refused'; END $$");
  const std::string head =
      "INSERT INTO ledger_transactions VALUES ('f1', 3, 'PAY', 's', 'a', now(), '')";
  EXPECT_TRUE(Refused(head));
  const auto entries = [&](const std::string& rows) {
    return absl::StrCat("WITH t AS (", head, ") INSERT INTO ledger_entries VALUES ", rows);
  };
  EXPECT_TRUE(
      Refused(entries("('f1', 3, 1, 2026, 'AVAILABLE', -5), "
                      "('f1', 3, 2, 2026, 'COMMITTED', 6)")));
  EXPECT_TRUE(
      Refused(entries("('f1', 3, 1, 2026, 'AVAILABLE', -101), "
                      "('f1', 3, 2, 2026, 'COMMITTED', 101)")));
  EXPECT_TRUE(Refused("UPDATE ledger_entries SET amount_fen = 1"));
  EXPECT_TRUE(Refused("DELETE FROM ledger_transactions"));
  // Below zero only by what another person has approved.
  Execute(
      "INSERT INTO fund_overdrafts VALUES ('f1', 'o1', 2026, 50, 'r', 'callers/a', NULL, "
      "now(), NULL)");
  const auto floor = [](int fen) {
    return absl::StrCat("UPDATE fund_accounts SET floor_fen = ", fen,
                        ", overdraft = 'o1' WHERE account = 'AVAILABLE'");
  };
  EXPECT_TRUE(Refused(floor(-50)));
  EXPECT_TRUE(Refused("UPDATE fund_overdrafts SET approver = requester, approve_time = now()"));
  Execute("UPDATE fund_overdrafts SET approver = 'callers/b', approve_time = now()");
  EXPECT_TRUE(Refused(floor(-51)));
  EXPECT_FALSE(Refused(floor(-50)));
  EXPECT_EQ(Move(Movement::kCommit, 151).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Move(Movement::kCommit, 150).ok());
}

}  // namespace
}  // namespace maplebridge::roster
