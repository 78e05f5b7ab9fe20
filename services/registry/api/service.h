// The registry put together: its handlers, its feed, its clocks.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "common/server/service_main.h"

namespace maplebridge::registry {

// For ServiceDefinition::build. `templates`: folder of the documents' templates.
absl::StatusOr<std::shared_ptr<void>> BuildRegistry(ServiceParts& parts, ServiceHost& host,
                                                    const std::string& templates);

}  // namespace maplebridge::registry
