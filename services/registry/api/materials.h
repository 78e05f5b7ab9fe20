// Reading and withdrawing materials.
#pragma once

#include "maplebridge/registry/v1/material.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Material>> GetMaterial(Registry& registry, Call& call,
                                               const v1::GetMaterialRequest& request);
Task<absl::StatusOr<v1::ListMaterialsResponse>> ListMaterialPage(
    Registry& registry, Call& call, const v1::ListMaterialsRequest& request);
Task<absl::Status> DownloadMaterial(Registry& registry, Call& call,
                                    const v1::DownloadMaterialRequest& request,
                                    StreamWriter& writer);
Task<absl::StatusOr<v1::Material>> WithdrawMaterial(Registry& registry, Call& call,
                                                    const v1::WithdrawMaterialRequest& request);

}  // namespace maplebridge::registry
