// Has a file examined by the examiner, a process of its own.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "common/task/task.h"
#include "services/registry/domain/material.h"

namespace maplebridge::registry {

// Plain bytes in memory that has a descriptor to hand on: they stand in no folder.
class PlainBytes {
 public:
  PlainBytes();
  ~PlainBytes();
  PlainBytes(const PlainBytes&) = delete;
  PlainBytes& operator=(const PlainBytes&) = delete;
  // RESOURCE_EXHAUSTED OVERLOADED when there is no memory for them.
  absl::Status Append(std::string_view bytes);
  int descriptor() const { return file_; }

 private:
  int file_;
};

// `examiner`: path of the program. A file that ends or outlasts it is FILE_UNREADABLE. UNAVAILABLE
// OVERLOADED when it cannot be started. On a loop.
Task<absl::StatusOr<Verdict>> ExamineApart(const std::string& examiner, const PlainBytes& bytes);

}  // namespace maplebridge::registry
