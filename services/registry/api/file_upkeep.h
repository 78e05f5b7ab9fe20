// The upkeep of the file store: files that nothing needs are deleted, and figures stay fresh.
#pragma once

#include "services/registry/api/registry.h"

namespace maplebridge::registry {

struct SweptFiles {
  int unfinished = 0;
  int kept = 0;
};

// Deletes the bytes of uploads that ended without a material, and files that no row knows and that
// have not changed since `before`: a crash leaves them. FAILED_PRECONDITION, and nothing is
// deleted, when the store belongs to another database.
Task<absl::StatusOr<SweptFiles>> SweepFiles(const Registry& registry, postgres::Database& database,
                                            absl::Time before);

// Until the service drains.
Task<void> KeepFiles(std::shared_ptr<const Registry> registry);

}  // namespace maplebridge::registry
