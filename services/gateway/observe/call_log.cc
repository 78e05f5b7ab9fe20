#include "services/gateway/observe/call_log.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>

#include "services/gateway/errors/refusal.h"

namespace maplebridge::gateway {

namespace {

constexpr size_t kBlock = 32 * 1024;

void Append(std::string& target, std::string_view text) { target.append(text); }

}  // namespace

CallLog::CallLog(const MethodCatalogue& catalogue, AuditLog& audit)
    : audit_(audit), counts_(catalogue.methods().size() + 1) {
  lines_.reserve(kBlock + 1024);
}

void CallLog::Record(const CallRecord& call, absl::Time now) {
  const absl::Duration duration = now - call.start;
  const size_t index = call.method == nullptr ? counts_.size() - 1 : call.method->index;
  Counts& counts = counts_[index];
  const auto code = static_cast<size_t>(call.code);
  counts.by_code[code < kCodes ? code : 2].fetch_add(1, std::memory_order_relaxed);
  const double seconds = absl::ToDoubleSeconds(duration);
  const size_t bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  counts.by_duration[bucket].fetch_add(1, std::memory_order_relaxed);
  counts.nanoseconds.fetch_add(static_cast<uint64_t>(absl::ToInt64Nanoseconds(duration)),
                               std::memory_order_relaxed);

  AppendTime(now);
  Append(lines_, R"(","level":"audit","service":"gateway","side":")");
  Append(lines_, call.side);
  Append(lines_, R"(","principal":")");
  if (call.caller != nullptr) AppendJsonText(call.caller->principal, lines_);
  Append(lines_, R"(","method":")");
  Append(lines_, call.method == nullptr ? "unknown" : std::string_view(call.method->path));
  Append(lines_, R"(","code":")");
  Append(lines_, StatusCodeName(call.code));
  absl::StrAppend(&lines_, R"(","microseconds":)", absl::ToInt64Microseconds(duration));
  Append(lines_, R"(,"peer":")");
  AppendJsonText(call.peer_address, lines_);
  Append(lines_, R"(","trace":")");
  Append(lines_, call.trace_id);
  Append(lines_, "\"}\n");
  if (lines_.size() >= kBlock) Flush();
}

void CallLog::AppendTime(absl::Time now) {
  const int64_t nanoseconds = absl::ToUnixNanos(now);
  const int64_t second = nanoseconds / 1'000'000'000;
  if (second != stamped_second_) {
    stamped_second_ = second;
    stamp_ = absl::FormatTime("%Y-%m-%dT%H:%M:%S", now, absl::UTCTimeZone());
  }
  const int64_t milliseconds = nanoseconds / 1'000'000 % 1000;
  Append(lines_, R"({"time":")");
  Append(lines_, stamp_);
  lines_.push_back('.');
  lines_.push_back(static_cast<char>('0' + milliseconds / 100));
  lines_.push_back(static_cast<char>('0' + milliseconds / 10 % 10));
  lines_.push_back(static_cast<char>('0' + milliseconds % 10));
  lines_.push_back('Z');
}

void CallLog::Flush() {
  if (lines_.empty()) return;
  std::string block;
  block.reserve(kBlock + 1024);
  block.swap(lines_);
  audit_.Write(std::move(block));
}

}  // namespace maplebridge::gateway
