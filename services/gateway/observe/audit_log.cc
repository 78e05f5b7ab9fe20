#include "services/gateway/observe/audit_log.h"

#include <absl/strings/str_format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>

namespace maplebridge::gateway {

namespace {

constexpr size_t kMostWaiting = 64 * 1024 * 1024;

void WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

AuditLog::AuditLog(int descriptor)
    : descriptor_(descriptor), keep_(queue_.get_executor()), writer_([this] { queue_.run(); }) {}

AuditLog::~AuditLog() {
  keep_.reset();
  writer_.join();
}

void AuditLog::Write(std::string lines) {
  if (waiting_bytes_ + lines.size() > kMostWaiting) {
    dropped_lines_ += static_cast<uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
    return;
  }
  waiting_bytes_ += lines.size();
  boost::asio::post(queue_, [this, lines = std::move(lines)] {
    WriteAll(descriptor_, lines);
    waiting_bytes_ -= lines.size();
  });
}

void AppendJsonText(std::string_view text, std::string& target) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      target.push_back('\\');
      target.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&target, "\\u%04x", c);
    } else {
      target.push_back(c);
    }
  }
}

}  // namespace maplebridge::gateway
