// What came of the calls of a simulation, by method.
#pragma once

#include <absl/status/status.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace maplebridge::maplectl {

// Thread-safe.
class Tally {
 public:
  struct Line {
    int done = 0;
    int refused = 0;  // as planned
    int unexpected = 0;
  };

  void CountDone(const std::string& call);
  void CountRefused(const std::string& call);
  // `about`: what was being done, such as a dispute's key in the plan.
  void CountUnexpected(const std::string& call, const std::string& about,
                       const absl::Status& status);
  void CountRetry();

  std::map<std::string, Line> lines() const;
  // The first few, each a line.
  std::vector<std::string> errors() const;
  int unexpected() const;
  int retries() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Line> lines_;
  std::vector<std::string> errors_;
  int retries_ = 0;
};

}  // namespace maplebridge::maplectl
