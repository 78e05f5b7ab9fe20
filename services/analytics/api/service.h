// The analytics put together: its handlers and the feeds it follows.
#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "common/server/service_main.h"

namespace maplebridge::analytics {

// For ServiceDefinition::build.
absl::StatusOr<std::shared_ptr<void>> BuildAnalytics(ServiceParts& parts, ServiceHost& host);

}  // namespace maplebridge::analytics
