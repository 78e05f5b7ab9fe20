// Making a complete upload a material.
#pragma once

#include "maplebridge/registry/v1/material.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Material>> FinaliseUpload(Registry& registry, Call& call,
                                                  const v1::FinaliseUploadRequest& request);

}  // namespace maplebridge::registry
