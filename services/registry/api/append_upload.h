// Taking in the bytes of an upload.
#pragma once

#include "maplebridge/registry/v1/material.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Upload>> AppendUpload(Registry& registry, Call& call, StreamReader& reader);

}  // namespace maplebridge::registry
