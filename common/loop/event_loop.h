// Event loops: one thread each, on which handlers, timers and database connections of a call live,
// so that nothing between a handler and its database needs a lock. Asio is inside, not in sight.
#pragma once

#include <absl/time/time.h>

#include <coroutine>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "common/task/task.h"

namespace boost::asio {
class io_context;
}

namespace maplebridge {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs `work` on this loop soon. From any thread.
  void Post(std::function<void()> work);
  // Runs on the calling thread until Stop.
  void Run();
  // Ends Run after the work at hand. From any thread.
  void Stop();
  // Calls `work` on this loop after `delay`; the answer cancels it when called on this loop.
  std::function<void()> After(absl::Duration delay, std::function<void()> work);

  boost::asio::io_context& context();

  // The loop that runs the calling code; null elsewhere.
  static EventLoop* Current();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Owns `count` loops and their threads.
class EventLoops {
 public:
  explicit EventLoops(int count);
  // Stops and joins.
  ~EventLoops();
  int size() const { return static_cast<int>(loops_.size()); }
  EventLoop& at(int index) { return *loops_[static_cast<std::size_t>(index)]; }
  // One after the other.
  int NextIndex();

 private:
  struct Threads;
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::unique_ptr<Threads> threads_;
};

// Awaits `delay` on the current loop.
Task<void> Sleep(absl::Duration delay);

// Runs `work`, which may take long or block, on a worker thread and comes back to the current loop.
Task<void> RunOnWorker(std::function<void()> work);

template <typename Work>
auto OnWorker(Work work) -> Task<decltype(work())> {
  std::optional<decltype(work())> answer;
  std::function<void()> step = [&answer, &work] { answer.emplace(work()); };
  co_await RunOnWorker(std::move(step));
  co_return std::move(*answer);
}

// The same for work that waits for a disk, on threads of its own: a slow disk holds up neither
// rendering nor the loops.
Task<void> RunOnDisk(std::function<void()> work);

template <typename Work>
auto OnDisk(Work work) -> Task<decltype(work())> {
  std::optional<decltype(work())> answer;
  std::function<void()> step = [&answer, &work] { answer.emplace(work()); };
  co_await RunOnDisk(std::move(step));
  co_return std::move(*answer);
}

// Runs `task` on `loop` from a thread that is not a loop, and waits for it: tests and main only.
template <typename T>
T RunBlocking(EventLoop& loop, Task<T> task);

// A callback-style start made awaitable: `start` gets a function to call once, on any thread, with
// the value; the coroutine goes on on its own loop.
template <typename T>
class Suspended {
 public:
  using Resolve = std::function<void(T)>;
  explicit Suspended(std::function<void(Resolve)> start) : start_(std::move(start)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    EventLoop* loop = EventLoop::Current();
    start_([this, handle, loop](T value) {
      value_.emplace(std::move(value));
      loop->Post([handle] { handle.resume(); });
    });
  }
  T await_resume() { return std::move(*value_); }

 private:
  std::function<void(Resolve)> start_;
  std::optional<T> value_;
};

namespace loop_internal {
void WaitFor(std::function<void(std::function<void()> done)> start);
}

template <typename T>
T RunBlocking(EventLoop& loop, Task<T> task) {
  std::optional<T> answer;
  loop_internal::WaitFor([&](std::function<void()> done) {
    loop.Post([&answer, &task, done] {
      Start(std::move(task), [&answer, done](T value) {
        answer.emplace(std::move(value));
        done();
      });
    });
  });
  return std::move(*answer);
}

}  // namespace maplebridge
