// Calls that run at once, on one loop, with connections of their own.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/loop/event_loop.h"

namespace maplebridge::registry {

// Starts all and answers, in their order, what each came to.
template <typename T>
Task<std::vector<absl::StatusOr<T>>> AtOnce(
    std::vector<std::function<Task<absl::StatusOr<T>>()>> calls) {
  std::vector<absl::StatusOr<T>> answers(calls.size(), absl::UnknownError("no answer came"));
  const bool all = co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
    auto left = std::make_shared<std::size_t>(calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
      Start(calls[i](), [&answers, i, left, resolve](absl::StatusOr<T> answer) {
        answers[i] = std::move(answer);
        if (--*left == 0) resolve(true);
      });
    }
  });
  if (!all) answers.clear();
  co_return answers;
}

}  // namespace maplebridge::registry
