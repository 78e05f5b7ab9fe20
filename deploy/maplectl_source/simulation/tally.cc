#include "deploy/maplectl_source/simulation/tally.h"

#include <absl/strings/str_cat.h>

namespace maplebridge::maplectl {
namespace {

constexpr std::size_t kMostErrors = 20;

}  // namespace

void Tally::CountDone(const std::string& call) {
  std::lock_guard<std::mutex> lock(mutex_);
  ++lines_[call].done;
}

void Tally::CountRefused(const std::string& call) {
  std::lock_guard<std::mutex> lock(mutex_);
  ++lines_[call].refused;
}

void Tally::CountUnexpected(const std::string& call, const std::string& about,
                            const absl::Status& status) {
  std::lock_guard<std::mutex> lock(mutex_);
  ++lines_[call].unexpected;
  if (errors_.size() < kMostErrors) {
    errors_.push_back(absl::StrCat(call, " (", about, "): ", std::string(status.message())));
  }
}

void Tally::CountRetry() {
  std::lock_guard<std::mutex> lock(mutex_);
  ++retries_;
}

std::map<std::string, Tally::Line> Tally::lines() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return lines_;
}

std::vector<std::string> Tally::errors() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return errors_;
}

int Tally::unexpected() const {
  std::lock_guard<std::mutex> lock(mutex_);
  int sum = 0;
  for (const auto& [call, line] : lines_) sum += line.unexpected;
  return sum;
}

int Tally::retries() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return retries_;
}

}  // namespace maplebridge::maplectl
