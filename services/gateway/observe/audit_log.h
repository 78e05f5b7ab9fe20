// One JSON line a call to standard output. Loops hand over whole blocks of lines; one thread
// writes them, so that a slow disk or pipe never holds up a call. Never tokens, never bodies.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <string_view>
#include <thread>

namespace maplebridge::gateway {

class AuditLog {
 public:
  explicit AuditLog(int descriptor);
  // Writes what was handed over, then ends.
  ~AuditLog();

  // Safe from any thread. Above 64 MiB waiting the block is dropped and counted.
  void Write(std::string lines);
  uint64_t dropped_lines() const { return dropped_lines_; }

 private:
  const int descriptor_;
  std::atomic<size_t> waiting_bytes_{0};
  std::atomic<uint64_t> dropped_lines_{0};
  boost::asio::io_context queue_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_;
  std::thread writer_;
};

// Appends `text` as the inside of a JSON string.
void AppendJsonText(std::string_view text, std::string& target);

}  // namespace maplebridge::gateway
