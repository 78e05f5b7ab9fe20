// W3C trace context: passed on when a caller sends it, made when it does not.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace maplebridge::gateway {

// "00-<32 hex digits>-<16 hex digits>-<2 hex digits>", lower case, ids not all zero.
bool IsTraceParent(std::string_view value);

// The 32 digits of a valid traceparent.
std::string_view TraceIdOf(std::string_view traceparent);

// Not for several threads.
class TraceSource {
 public:
  std::string Next();

 private:
  std::mt19937_64 random_{std::random_device()()};
};

}  // namespace maplebridge::gateway
