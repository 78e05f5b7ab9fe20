// The roster put together: its handlers, its feed, its clocks.
#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "common/server/service_main.h"

namespace maplebridge::roster {

// For ServiceDefinition::build.
absl::StatusOr<std::shared_ptr<void>> BuildRoster(ServiceParts& parts, ServiceHost& host);

}  // namespace maplebridge::roster
