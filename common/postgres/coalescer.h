// Gathers calls of one kind while connections are busy and runs them in one set-based statement.
// A lone call pays nothing: it runs at once. What arrives meanwhile is the next batch.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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

  Task<absl::StatusOr<Answer>> Submit(Item item, absl::Time deadline) {
    if (queue_.size() >= options_.waiting) co_return TooMany();
    auto entry = std::make_shared<Entry>(Entry{std::move(item), deadline, {}, {}});
    absl::StatusOr<Answer> answer = co_await Suspended<absl::StatusOr<Answer>>(
        [&](typename Suspended<absl::StatusOr<Answer>>::Resolve resolve) {
          entry->resolve = std::move(resolve);
          queue_.push_back(entry);
          Pump();
        });
    co_return answer;
  }

 private:
  struct Entry {
    Item item;
    absl::Time deadline;
    std::function<void(absl::StatusOr<Answer>)> resolve;
    std::vector<std::string> keys;
  };
  using Batch = std::vector<std::shared_ptr<Entry>>;

  static absl::Status TooMany();
  static absl::Status Late();

  void Pump() {
    while (running_ < options_.statements && !queue_.empty()) {
      Batch batch;
      std::deque<std::shared_ptr<Entry>> later;
      absl::flat_hash_set<std::string> taken;
      absl::Time now = absl::Now();
      while (!queue_.empty() && batch.size() < options_.batch) {
        std::shared_ptr<Entry> entry = std::move(queue_.front());
        queue_.pop_front();
        if (entry->deadline <= now) {
          entry->resolve(Late());
          continue;
        }
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
    for (const auto& entry : batch) items.push_back(&entry->item);
    absl::StatusOr<std::vector<absl::StatusOr<Answer>>> answers = CoalescerFailedError();
    try {
      answers = co_await run_(items, absl::Now() + options_.timeout);
    } catch (const std::exception&) {
      // These calls hear INTERNAL; the process and its other calls go on.
    }
    if (answers.ok()) {
      for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->resolve(std::move((*answers)[i]));
      co_return;
    }
    if (batch.size() == 1 || !IsRowError(answers.status())) {
      for (auto& entry : batch) entry->resolve(answers.status());
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

template <typename Item, typename Answer>
absl::Status Coalescer<Item, Answer>::TooMany() {
  return CoalescerFullError();
}
template <typename Item, typename Answer>
absl::Status Coalescer<Item, Answer>::Late() {
  return CoalescerLateError();
}

}  // namespace maplebridge::postgres
