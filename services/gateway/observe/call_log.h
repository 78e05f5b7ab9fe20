// What is remembered of every call: a line in the audit log, and counts for /metrics. Each loop
// has its own and writes it without locks; the metrics page adds them up.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/gateway/catalogue/method_catalogue.h"
#include "services/gateway/identity/caller.h"
#include "services/gateway/observe/audit_log.h"

namespace maplebridge::gateway {

// One finished call.
struct CallRecord {
  const Method* method = nullptr;  // Null when the method is unknown.
  CallerPointer caller;            // Null when it was refused before it was known.
  std::string trace_id;
  std::string_view peer_address;
  std::string_view side;  // "grpc" or "json"
  absl::Time start;
  int code = 0;
};

class CallLog {
 public:
  static constexpr size_t kCodes = 17;
  // Upper bounds of the duration histogram, seconds.
  static constexpr std::array<double, 12> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                     0.1,   0.25,   0.5,   1,    2.5,   10};
  struct Counts {
    std::array<std::atomic<uint64_t>, kCodes> by_code{};
    std::array<std::atomic<uint64_t>, kBounds.size() + 1> by_duration{};
    std::atomic<uint64_t> nanoseconds{0};
  };

  CallLog(const MethodCatalogue& catalogue, AuditLog& audit);
  ~CallLog() { Flush(); }

  void Record(const CallRecord& call, absl::Time now);
  // Hands the gathered lines to the writer; the loop does it every second.
  void Flush();

  // For the metrics page, from any thread. The last entry counts unknown methods.
  const Counts& counts(size_t method_index) const { return counts_[method_index]; }
  std::atomic<int64_t>& open_calls() { return open_calls_; }
  std::atomic<int64_t>& open_connections() { return open_connections_; }

 private:
  void AppendTime(absl::Time now);

  AuditLog& audit_;
  std::vector<Counts> counts_;
  std::string lines_;
  int64_t stamped_second_ = -1;
  std::string stamp_;  // "2024-05-06T07:08:09" of stamped_second_
  std::atomic<int64_t> open_calls_{0};
  std::atomic<int64_t> open_connections_{0};
};

}  // namespace maplebridge::gateway
