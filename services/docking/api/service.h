// Docking as a whole: its handlers, its feed, and what it follows.
#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "common/server/service_main.h"

namespace maplebridge::docking {

// Adds every handler and background task. The answer keeps what they share.
absl::StatusOr<std::shared_ptr<void>> BuildDocking(ServiceParts& parts, ServiceHost& host);

}  // namespace maplebridge::docking
