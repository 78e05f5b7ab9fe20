// What a handler knows of the call it answers.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

#include "common/caller/caller.h"
#include "common/loop/event_loop.h"

namespace maplebridge {

class Call {
 public:
  struct Values {
    std::shared_ptr<const Caller> caller;
    // Full method, "/package.Service/Method".
    std::string method;
    absl::Time deadline = absl::InfiniteFuture();
    // When the call was accepted: the one clock of a handler.
    absl::Time now;
    // W3C trace id, 32 hex digits.
    std::string trace_id;
    // Index of the loop the call runs on; selects its database pool.
    int loop = 0;
  };
  explicit Call(Values values) : values_(std::move(values)) {}

  const Caller& caller() const { return *values_.caller; }
  const std::string& method() const { return values_.method; }
  absl::Time deadline() const { return values_.deadline; }
  absl::Time now() const { return values_.now; }
  const std::string& trace_id() const { return values_.trace_id; }
  int loop() const { return values_.loop; }

 private:
  Values values_;
};

// A call made by the service itself (a clock, a feed): principal "services/<name>#<part>".
Call OwnCall(std::string principal, absl::Duration timeout, int loop = 0);

}  // namespace maplebridge
