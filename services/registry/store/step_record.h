// Who recorded a step of a dispute, and when.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace maplebridge::registry {

struct StepRecord {
  std::string dispute;  // number
  // Of the dispute with the step.
  std::int64_t dispute_revision = 0;
  std::string principal;
  absl::Time time;
};

}  // namespace maplebridge::registry
