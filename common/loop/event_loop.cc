#include "common/loop/event_loop.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace maplebridge {
namespace {
namespace asio = boost::asio;

thread_local EventLoop* current_loop = nullptr;

asio::thread_pool& Workers() {
  // Never destroyed: work may still run while statics are torn down.
  static asio::thread_pool* workers = new asio::thread_pool(2);
  return *workers;
}

asio::thread_pool& DiskThreads() {
  static asio::thread_pool* threads = new asio::thread_pool(4);
  return *threads;
}

Task<void> RunIn(asio::thread_pool& pool, std::function<void()> work) {
  co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
    asio::post(pool, [work, resolve] {
      work();
      resolve(true);
    });
  });
}
}  // namespace

struct EventLoop::State {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::Post(std::function<void()> work) { asio::post(state_->context, std::move(work)); }

void EventLoop::Run() {
  EventLoop* before = std::exchange(current_loop, this);
  state_->context.run();
  current_loop = before;
}

void EventLoop::Stop() {
  Post([this] { state_->context.stop(); });
}

std::function<void()> EventLoop::After(absl::Duration delay, std::function<void()> work) {
  auto timer = std::make_shared<asio::steady_timer>(state_->context);
  timer->expires_after(absl::ToChronoNanoseconds(std::max(delay, absl::ZeroDuration())));
  timer->async_wait([timer, work = std::move(work)](boost::system::error_code error) {
    if (!error) work();
  });
  std::weak_ptr<asio::steady_timer> weak = timer;
  return [weak] {
    if (auto alive = weak.lock()) alive->cancel();
  };
}

asio::io_context& EventLoop::context() { return state_->context; }
EventLoop* EventLoop::Current() { return current_loop; }

struct EventLoops::Threads {
  std::vector<std::thread> threads;
  std::atomic<unsigned> next{0};
};

EventLoops::EventLoops(int count) : threads_(std::make_unique<Threads>()) {
  for (int i = 0; i < count; ++i) loops_.push_back(std::make_unique<EventLoop>());
  for (auto& loop : loops_) threads_->threads.emplace_back([&loop] { loop->Run(); });
}

EventLoops::~EventLoops() {
  for (auto& loop : loops_) loop->Stop();
  for (auto& thread : threads_->threads) thread.join();
}

int EventLoops::NextIndex() {
  return static_cast<int>(threads_->next.fetch_add(1, std::memory_order_relaxed) % loops_.size());
}

Task<void> Sleep(absl::Duration delay) {
  co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
    EventLoop::Current()->After(delay, [resolve] { resolve(true); });
  });
}

Task<void> RunOnWorker(std::function<void()> work) { return RunIn(Workers(), std::move(work)); }

Task<void> RunOnDisk(std::function<void()> work) { return RunIn(DiskThreads(), std::move(work)); }

namespace loop_internal {
void WaitFor(std::function<void(std::function<void()>)> start) {
  // Not absl::Notification: the thread sanitizer does not see into Debian's Abseil.
  std::mutex mutex;
  std::condition_variable ended;  // layering: blocking is meant here
  bool has_ended = false;
  start([&] {
    std::lock_guard<std::mutex> lock(mutex);
    has_ended = true;
    ended.notify_one();
  });
  std::unique_lock<std::mutex> lock(mutex);
  ended.wait(lock, [&] { return has_ended; });
}
}  // namespace loop_internal

}  // namespace maplebridge
