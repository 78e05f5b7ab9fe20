// Minutes of a session that each party confirms with a one-time code.
#pragma once

#include "maplebridge/registry/v1/minutes.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Minutes>> WriteMinutes(Registry& registry, Call& call,
                                               const v1::WriteMinutesRequest& request);
Task<absl::StatusOr<v1::Minutes>> OpenMinutes(Registry& registry, Call& call,
                                              const v1::OpenMinutesRequest& request);
Task<absl::StatusOr<v1::Minutes>> RecordMinutesSignature(
    Registry& registry, Call& call, const v1::RecordMinutesSignatureRequest& request);
Task<absl::StatusOr<v1::Minutes>> GetMinutes(Registry& registry, Call& call,
                                             const v1::GetMinutesRequest& request);

}  // namespace maplebridge::registry
