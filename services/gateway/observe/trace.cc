#include "services/gateway/observe/trace.h"

#include <algorithm>
#include <cstdint>

namespace maplebridge::gateway {

namespace {

constexpr size_t kTraceIdStart = 3;
constexpr size_t kTraceIdSize = 32;
constexpr size_t kSpanIdStart = 36;
constexpr size_t kSpanIdSize = 16;
constexpr size_t kSize = 55;

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

void WriteHex(uint64_t number, char* target) {
  for (int i = 15; i >= 0; --i, number >>= 4) target[i] = "0123456789abcdef"[number & 15];
}

}  // namespace

bool IsTraceParent(std::string_view value) {
  if (value.size() != kSize || value.substr(0, 3) != "00-" || value[35] != '-' ||
      value[52] != '-') {
    return false;
  }
  const std::string_view trace = TraceIdOf(value);
  const std::string_view span = value.substr(kSpanIdStart, kSpanIdSize);
  return IsHex(trace) && IsHex(span) && IsHex(value.substr(53)) && !IsZero(trace) && !IsZero(span);
}

std::string_view TraceIdOf(std::string_view traceparent) {
  return traceparent.substr(kTraceIdStart, kTraceIdSize);
}

std::string TraceSource::Next() {
  std::string value = "00-00000000000000000000000000000000-0000000000000000-01";
  WriteHex(random_(), &value[kTraceIdStart]);
  WriteHex(random_() | 1, &value[kTraceIdStart + 16]);
  WriteHex(random_() | 1, &value[kSpanIdStart]);
  return value;
}

}  // namespace maplebridge::gateway
