// A coroutine that answers one value, started when it is awaited.
//
// Asio's own awaitable costs 10 to 14 seconds of compile time in every file that mentions it;
// handlers, stores and consumers need only this: lazy start, symmetric transfer, one value.
//
// g++ 12 miscompiles three shapes, which tests/runner/layering.py refuses: a co_await inside ?:,
// and a braced aggregate temporary or a lambda that captures by value inside an awaited expression.
// Name such values first.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace maplebridge {

template <typename T>
class Task;

namespace task_internal {

template <typename T>
struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr exception;

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) noexcept {
      return handle.promise().continuation;
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <typename T>
struct Promise : PromiseBase<T> {
  std::optional<T> value;
  Task<T> get_return_object();
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T Take() {
    if (this->exception) std::rethrow_exception(this->exception);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase<void> {
  Task<void> get_return_object();
  void return_void() noexcept {}
  void Take() {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace task_internal

// Owns the coroutine. Awaited at most once; destroying it unawaited runs nothing.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = task_internal::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) noexcept {
    handle_.promise().continuation = continuation;
    return handle_;
  }
  T await_resume() { return handle_.promise().Take(); }

 private:
  Handle handle_;
};

namespace task_internal {

template <typename T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(Task<T>::Handle::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(Task<void>::Handle::from_promise(*this));
}

// Runs to its end by itself and frees itself.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

template <typename T, typename Done>
Detached RunDetached(Task<T> task, Done done) {
  if constexpr (std::is_void_v<T>) {
    co_await task;
    done();
  } else {
    done(co_await task);
  }
}

}  // namespace task_internal

// Starts `task` now, on this thread, and calls `done` with its value when it ends. An exception
// that leaves the task ends the process: tasks that may throw catch at their outer edge.
template <typename T, typename Done>
void Start(Task<T> task, Done done) {
  task_internal::RunDetached(std::move(task), std::move(done));
}
inline void Start(Task<void> task) {
  task_internal::RunDetached(std::move(task), [] {});
}

}  // namespace maplebridge
