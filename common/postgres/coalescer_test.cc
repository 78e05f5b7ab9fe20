#include "common/postgres/coalescer.h"

#include <gtest/gtest.h>

#include <set>

#include "common/loop/event_loop.h"
#include "common/postgres/error_table.h"

namespace maplebridge::postgres {
namespace {

struct Item {
  int number = 0;
  std::string key;
};
using TestCoalescer = Coalescer<Item, int>;
using Answers = std::vector<absl::StatusOr<int>>;

class CoalescerTest : public testing::Test {
 protected:
  // Submits all items in one turn of the loop, so that they meet in the queue.
  Answers SubmitAll(TestCoalescer& coalescer, const std::vector<Item>& items, absl::Time deadline) {
    Answers answers(items.size(), absl::UnknownError("no answer came"));
    auto all = [&]() -> Task<bool> {
      co_return co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
        auto left = std::make_shared<std::size_t>(items.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
          Start(coalescer.Submit(items[i], deadline),
                [&answers, i, left, resolve](absl::StatusOr<int> answer) {
                  answers[i] = std::move(answer);
                  if (--*left == 0) resolve(true);
                });
        }
      });
    };
    RunBlocking(loops_.at(0), all());
    return answers;
  }
  // Doubles each number and notes the batch.
  TestCoalescer::RunBatch Doubling() {
    return
        [this](const std::vector<const Item*>& items, absl::Time) -> Task<absl::StatusOr<Answers>> {
          std::vector<Item> batch;
          for (const Item* item : items) batch.push_back(*item);
          batches_.push_back(batch);
          co_await Sleep(absl::Milliseconds(5));
          Answers answers;
          for (const Item& item : batch) answers.push_back(2 * item.number);
          co_return answers;
        };
  }
  static std::vector<Item> Numbers(int count) {
    std::vector<Item> items;
    for (int i = 0; i < count; ++i) items.push_back({i, std::to_string(i)});
    return items;
  }
  static std::vector<std::string> Key(const Item& item) { return {item.key}; }

  EventLoops loops_{1};
  std::vector<std::vector<Item>> batches_;
};

TEST_F(CoalescerTest, EachCallGetsItsOwnAnswerAndAFirstCallRunsAtOnce) {
  TestCoalescer coalescer(Doubling(), Key, {.batch = 64, .statements = 1});
  const Answers answers = SubmitAll(coalescer, Numbers(65), absl::InfiniteFuture());
  for (int i = 0; i < 65; ++i) EXPECT_EQ(*answers[i], 2 * i);
  ASSERT_EQ(batches_.size(), 2u);
  EXPECT_EQ(batches_[0].size(), 1u);
  EXPECT_EQ(batches_[1].size(), 64u);
}

TEST_F(CoalescerTest, CallsOnOneResourceNeverShareABatchAndKeepTheirOrder) {
  TestCoalescer coalescer(Doubling(), Key, {.batch = 64, .statements = 1});
  std::vector<Item> items = Numbers(1);
  for (int i = 1; i <= 9; ++i) items.push_back({i, i % 2 == 0 ? "even" : "odd"});
  SubmitAll(coalescer, items, absl::InfiniteFuture());
  std::map<std::string, int> last;
  for (const auto& batch : batches_) {
    std::set<std::string> keys;
    for (const Item& item : batch) {
      EXPECT_TRUE(keys.insert(item.key).second) << item.key << " twice in a batch";
      EXPECT_GT(item.number, last.contains(item.key) ? last[item.key] : -1);
      last[item.key] = item.number;
    }
  }
}

TEST_F(CoalescerTest, ARowsFaultReachesThatCallOnly) {
  const std::set<int> bad = {7, 8, 41};
  int statements = 0;
  TestCoalescer coalescer(
      [&](const std::vector<const Item*>& items, absl::Time) -> Task<absl::StatusOr<Answers>> {
        ++statements;
        Answers answers;
        bool fails = false;
        for (const Item* item : items) {
          fails = fails || bad.contains(item->number);
          answers.push_back(item->number);
        }
        co_await Sleep(absl::Milliseconds(1));
        if (fails) co_return StatusOfSqlState("23514", "party_check");
        co_return answers;
      },
      Key, {.batch = 64, .statements = 1});
  const Answers answers = SubmitAll(coalescer, Numbers(64), absl::InfiniteFuture());
  for (int i = 0; i < 64; ++i) EXPECT_EQ(answers[i].ok(), !bad.contains(i)) << i;
  EXPECT_LT(statements, 40) << "halving, not one by one";
}

TEST_F(CoalescerTest, AnOutageReachesEveryCallWithoutHalving) {
  int statements = 0;
  TestCoalescer coalescer(
      [&](const std::vector<const Item*>&, absl::Time) -> Task<absl::StatusOr<Answers>> {
        ++statements;
        co_await Sleep(absl::Milliseconds(1));
        co_return absl::UnavailableError("the database is away");
      },
      Key, {.batch = 64, .statements = 1});
  const Answers answers = SubmitAll(coalescer, Numbers(65), absl::InfiniteFuture());
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
  }
  EXPECT_EQ(statements, 2);
}

TEST_F(CoalescerTest, AnExpiredCallLeavesBeforeItIsSent) {
  TestCoalescer coalescer(Doubling(), Key, {.batch = 64, .statements = 1});
  const Answers answers = SubmitAll(coalescer, Numbers(1), absl::Now() - absl::Seconds(1));
  EXPECT_EQ(answers[0].status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(batches_.empty());
}

TEST_F(CoalescerTest, ACallDoesNotWaitForItsBatchBeyondItsDeadline) {
  bool is_stored = false;
  TestCoalescer coalescer(
      [&](const std::vector<const Item*>& items, absl::Time) -> Task<absl::StatusOr<Answers>> {
        co_await Sleep(absl::Milliseconds(300));
        is_stored = true;
        co_return Answers(items.size(), 1);
      },
      Key, {.batch = 64, .statements = 1});
  // The second waits behind the first, which is sent at once.
  const Answers answers = SubmitAll(coalescer, Numbers(2), absl::Now() + absl::Milliseconds(50));
  EXPECT_FALSE(is_stored) << "the answers came before the batch ended";
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_NE(answers[0].status().message(), answers[1].status().message())
      << "only of the one that was not sent it is known that nothing was stored";
  auto wait = []() -> Task<bool> {
    co_await Sleep(absl::Milliseconds(400));
    co_return true;
  };
  RunBlocking(loops_.at(0), wait());
  EXPECT_TRUE(is_stored);
}

TEST_F(CoalescerTest, AFullQueueRefuses) {
  TestCoalescer coalescer(Doubling(), Key, {.batch = 2, .statements = 1, .waiting = 3});
  const Answers answers = SubmitAll(coalescer, Numbers(10), absl::InfiniteFuture());
  int refused = 0;
  for (const auto& answer : answers) {
    refused += answer.status().code() == absl::StatusCode::kResourceExhausted ? 1 : 0;
  }
  EXPECT_EQ(refused, 6);  // one runs, three wait
}

}  // namespace
}  // namespace maplebridge::postgres
