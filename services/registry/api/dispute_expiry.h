// What the end of a clock does: the dispute is marked overdue, those who watch are told by its
// event, and a reminder starts.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

DeadlineWork ClockWork(std::shared_ptr<const Registry> registry);

}  // namespace maplebridge::registry
