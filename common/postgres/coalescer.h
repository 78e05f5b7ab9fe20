// Gathers calls of one kind while connections are busy and runs them in one set-based statement.
// A lone call pays nothing: it runs at once. What arrives meanwhile is the next batch.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/postgres/database.h"

namespace prometheus {
class Histogram;
}

namespace maplebridge::postgres {

struct CoalescerOptions {
  // Rows in one statement, at most.
  std::size_t batch = 64;
  // Statements under way at once, per loop.
  int statements = 2;
  // Calls that may wait; more are refused.
  std::size_t waiting = 4000;
  // A batch serves many deadlines, so it has its own.
  absl::Duration timeout = absl::Seconds(5);
  // Called with the size of each batch (metric).
  std::function<void(std::size_t)> on_batch;
};

absl::Status CoalescerFullError();
absl::Status CoalescerLateError();
absl::Status CoalescerOverdueError();
absl::Status CoalescerFailedError();

// `Item` is one call's input, `Answer` its output. Belongs to one loop.
template <typename Item, typename Answer>
class Coalescer {
 public:
  // Runs the items in one statement and answers one status-or per item, in order. An error of the
  // whole statement that is a row's fault makes the coalescer halve the batch until the row is
  // found; so what can fail for other reasons is answered as a row.
  using RunBatch = std::function<Task<absl::StatusOr<std::vector<absl::StatusOr<Answer>>>>(
      const std::vector<const Item*>&, absl::Time deadline)>;
  // Items with a key in common never share a batch (one row is changed once in a statement).
  using Keys = std::function<std::vector<std::string>(const Item&)>;

  Coalescer(RunBatch run, Keys keys, CoalescerOptions options = {})
      : run_(std::move(run)), keys_(std::move(keys)), options_(std::move(options)) {}

  // Answers by `deadline`, also when the batch that took the call is still under way.
  Task<absl::StatusOr<Answer>> Submit(Item item, absl::Time deadline) {
    if (queue_.size() >= options_.waiting) co_return CoalescerFullError();
    auto entry = std::make_shared<Entry>(Entry{std::move(item), deadline, {}, {}});
    std::function<void()> cancel_timer;
    if (deadline != absl::InfiniteFuture()) {
      cancel_timer = EventLoop::Current()->After(deadline - absl::Now(), [entry] {
        Resolve(*entry, entry->is_sent ? CoalescerOverdueError() : CoalescerLateError());
      });
    }
    absl::StatusOr<Answer> answer = co_await Suspended<absl::StatusOr<Answer>>(
        [&](typename Suspended<absl::StatusOr<Answer>>::Resolve resolve) {
          entry->resolve = std::move(resolve);
          queue_.push_back(entry);
          Pump();
        });
    if (cancel_timer) cancel_timer();
    co_return answer;
  }

 private:
  struct Entry {
    Item item;
    absl::Time deadline;
    std::function<void(absl::StatusOr<Answer>)> resolve;
    std::vector<std::string> keys;
    bool is_sent = false;
  };
  using Batch = std::vector<std::shared_ptr<Entry>>;

  // The first answer counts.
  static void Resolve(Entry& entry, absl::StatusOr<Answer> answer) {
    if (!entry.resolve) return;
    std::exchange(entry.resolve, nullptr)(std::move(answer));
  }

  void Pump() {
    while (running_ < options_.statements && !queue_.empty()) {
      Batch batch;
      std::deque<std::shared_ptr<Entry>> later;
      absl::flat_hash_set<std::string> taken;
      absl::Time now = absl::Now();
      while (!queue_.empty() && batch.size() < options_.batch) {
        std::shared_ptr<Entry> entry = std::move(queue_.front());
        queue_.pop_front();
        if (entry->deadline <= now) Resolve(*entry, CoalescerLateError());
        if (!entry->resolve) continue;
        if (entry->keys.empty()) entry->keys = keys_(entry->item);
        bool clashes = false;
        for (const std::string& key : entry->keys) clashes = clashes || taken.contains(key);
        // Keys of a passed-over call are taken too, so that calls on one resource keep their order.
        taken.insert(entry->keys.begin(), entry->keys.end());
        (clashes ? later.push_back(std::move(entry)) : batch.push_back(std::move(entry)));
      }
      while (!later.empty()) {
        queue_.push_front(std::move(later.back()));
        later.pop_back();
      }
      if (batch.empty()) return;
      ++running_;
      if (options_.on_batch) options_.on_batch(batch.size());
      Start(RunAll(std::move(batch)), [this] {
        --running_;
        Pump();
      });
    }
  }

  Task<void> RunAll(Batch batch) {
    std::vector<const Item*> items;
    for (const auto& entry : batch) {
      entry->is_sent = true;
      items.push_back(&entry->item);
    }
    absl::StatusOr<std::vector<absl::StatusOr<Answer>>> answers = CoalescerFailedError();
    try {
      answers = co_await run_(items, absl::Now() + options_.timeout);
    } catch (const std::exception&) {
      // These calls hear INTERNAL; the process and its other calls go on.
    }
    if (answers.ok() && answers->size() != batch.size()) answers = CoalescerFailedError();
    if (answers.ok()) {
      for (std::size_t i = 0; i < batch.size(); ++i) Resolve(*batch[i], std::move((*answers)[i]));
      co_return;
    }
    if (batch.size() == 1 || !IsRowError(answers.status())) {
      for (const auto& entry : batch) Resolve(*entry, answers.status());
      co_return;
    }
    auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    Batch left(batch.begin(), middle), right(middle, batch.end());
    co_await RunAll(std::move(left));
    co_await RunAll(std::move(right));
  }

  RunBatch run_;
  Keys keys_;
  CoalescerOptions options_;
  std::deque<std::shared_ptr<Entry>> queue_;
  int running_ = 0;
};

}  // namespace maplebridge::postgres
