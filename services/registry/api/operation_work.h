// Doing the operations that wait, one short step after the other. Any number of services may work
// at once: a step holds its operation's row, so that a service that was killed leaves nothing half
// done, and the next one goes on where it stopped.
#pragma once

#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// Steps that may fail for a fault of ours, one after the other, before the operation is FAILED.
inline constexpr int kMostFaults = 5;

// Takes one step of the operation that waited longest. False when none waits.
Task<absl::StatusOr<bool>> WorkOnOperation(const Registry& registry, const Call& call);

// Works and destroys what is past its time, until the process drains.
Task<void> KeepOperations(std::shared_ptr<const Registry> registry);

}  // namespace maplebridge::registry
