#include "common/feed/feed_hub.h"

#include <atomic>
#include <list>
#include <mutex>

#include "common/logging/log.h"

namespace maplebridge {
namespace {

using postgres::Statement;

constexpr Statement kLastPosition{"feed_last_position", R"(
  SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_position)"};
constexpr Statement kNextTransaction{"feed_next_transaction", R"(
  SELECT pg_current_xact_id()::xid)"};
// $1: the transaction id X. age() counts back from the next id, so an older transaction has the
// larger age; X itself has ended.
constexpr Statement kOlderTransactions{"feed_older_transactions", R"(
  SELECT (SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND backend_xid IS NOT NULL
            AND age(backend_xid) > age($1::text::xid))
       + (SELECT count(*) FROM pg_prepared_xacts
          WHERE database = current_database() AND age(transaction) > age($1::text::xid)))"};

constexpr absl::Duration kPoll = absl::Milliseconds(100);
constexpr absl::Duration kOlderPoll = absl::Milliseconds(2);

}  // namespace

struct FeedHub::State {
  explicit State(postgres::Database& database) : database(database) {}

  struct Waiter {
    std::int64_t beyond;
    std::function<void()> resume;
  };

  postgres::Database& database;
  EventLoop* loop = nullptr;
  std::atomic<std::int64_t> settled{0};
  std::atomic<std::int64_t> lag_microseconds{0};
  std::mutex mutex;
  std::list<std::shared_ptr<Waiter>> waiters;
  // Set by Wake, cleared by Run.
  std::atomic<bool> woken{false};
  absl::Time woken_at = absl::InfinitePast();
  std::function<void()> wake_run;

  void Settle(std::int64_t position) {
    settled.store(position);
    std::vector<std::shared_ptr<Waiter>> ready;
    {
      std::lock_guard<std::mutex> lock(mutex);
      for (auto it = waiters.begin(); it != waiters.end();) {
        if ((*it)->beyond < position) {
          ready.push_back(*it);
          it = waiters.erase(it);
        } else {
          ++it;
        }
      }
    }
    for (auto& waiter : ready) waiter->resume();
  }
};

FeedHub::FeedHub(postgres::Database& database) : state_(std::make_shared<State>(database)) {}
FeedHub::~FeedHub() = default;

std::int64_t FeedHub::settled() const { return state_->settled.load(); }
absl::Duration FeedHub::lag() const { return absl::Microseconds(state_->lag_microseconds.load()); }

void FeedHub::Wake() {
  if (state_->woken.exchange(true)) return;
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->woken_at = absl::Now();
  if (state_->wake_run) std::exchange(state_->wake_run, nullptr)();
}

Task<absl::StatusOr<std::int64_t>> FeedHub::Advance(absl::Time deadline,
                                                    std::function<bool()> stop) {
  std::shared_ptr<State> state = state_;
  auto last = co_await state->database.Query(deadline, kLastPosition);
  if (!last.ok()) co_return last.status();
  std::int64_t position = (*last)[0].Int64(0);
  if (position <= state->settled.load()) co_return state->settled.load();
  // A transaction of its own, after the position was read: whoever drew a position up to here has
  // an older id.
  auto next = co_await state->database.Query(deadline, kNextTransaction);
  if (!next.ok()) co_return next.status();
  std::string transaction = (*next)[0].Text(0);
  while (true) {
    auto older = co_await state->database.Query(deadline, kOlderTransactions, transaction);
    if (!older.ok()) co_return older.status();
    if ((*older)[0].Int64(0) == 0) break;
    if (stop && stop()) co_return state->settled.load();
    co_await Sleep(kOlderPoll);
  }
  state->Settle(position);
  co_return position;
}

Task<void> FeedHub::Run(std::function<bool()> stop) {
  std::shared_ptr<State> state = state_;
  while (!stop()) {
    absl::Time woken_at;
    {
      std::lock_guard<std::mutex> lock(state->mutex);
      woken_at = state->woken.exchange(false) ? state->woken_at : absl::InfinitePast();
    }
    auto advanced = co_await Advance(absl::Now() + absl::Seconds(30), stop);
    if (advanced.ok() && woken_at != absl::InfinitePast()) {
      state->lag_microseconds.store(absl::ToInt64Microseconds(absl::Now() - woken_at));
    }
    if (!advanced.ok() && advanced.status().code() != absl::StatusCode::kUnavailable &&
        advanced.status().code() != absl::StatusCode::kDeadlineExceeded) {
      Log(LogLevel::kError, "feed cannot advance",
          {{"status", std::string(advanced.status().message())}});
    }
    // Other replicas write too: their events are found by polling.
    co_await Suspended<bool>([&state](Suspended<bool>::Resolve resolve) {
      auto once = std::make_shared<std::atomic<bool>>(false);
      auto resume = [once, resolve] {
        if (!once->exchange(true)) resolve(true);
      };
      EventLoop::Current()->After(kPoll, resume);
      std::unique_lock<std::mutex> lock(state->mutex);
      if (state->woken.load()) {
        lock.unlock();
        resume();
      } else {
        state->wake_run = resume;
      }
    });
  }
  // Streams that wait end now.
  state->Settle(state->settled.load());
}

Task<std::int64_t> FeedHub::WaitBeyond(std::int64_t position, absl::Duration timeout) {
  std::shared_ptr<State> state = state_;
  if (state->settled.load() > position) co_return state->settled.load();
  auto waiter = std::make_shared<State::Waiter>();
  co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
    auto once = std::make_shared<std::atomic<bool>>(false);
    waiter->beyond = position;
    waiter->resume = [once, resolve] {
      if (!once->exchange(true)) resolve(true);
    };
    EventLoop::Current()->After(timeout, waiter->resume);
    std::unique_lock<std::mutex> lock(state->mutex);
    if (state->settled.load() > position) {
      lock.unlock();
      waiter->resume();
    } else {
      state->waiters.push_back(waiter);
    }
  });
  {
    std::lock_guard<std::mutex> lock(state->mutex);
    state->waiters.remove(waiter);
  }
  co_return state->settled.load();
}

}  // namespace maplebridge
