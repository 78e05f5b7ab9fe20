// The registry put together: its handlers, its feed, its clocks.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "common/server/service_main.h"

namespace maplebridge::registry {

// Where the registry finds what belongs to it.
struct RegistryPlaces {
  // Folder of the documents' templates.
  std::string templates;
  // Program that examines files.
  std::string examiner;
};

// For ServiceDefinition::build.
absl::StatusOr<std::shared_ptr<void>> BuildRegistry(ServiceParts& parts, ServiceHost& host,
                                                    const RegistryPlaces& places);

}  // namespace maplebridge::registry
