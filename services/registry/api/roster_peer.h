// What the registry asks the roster: is this organisation published, may this mediator work.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/server/call.h"
#include "maplebridge/roster/v1/organisation.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// UNAVAILABLE PEER_UNAVAILABLE when the roster cannot be asked; NOT_FOUND when it does not know it.
Task<absl::StatusOr<roster::v1::Organisation>> AskOrganisation(const Registry& registry,
                                                               const Call& call,
                                                               const std::string& name);
Task<absl::StatusOr<roster::v1::Mediator>> AskMediator(const Registry& registry, const Call& call,
                                                       const std::string& name);

}  // namespace maplebridge::registry
