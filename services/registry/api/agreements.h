// Drawing up and signing agreements.
#pragma once

#include "maplebridge/registry/v1/agreement.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Agreement>> CreateAgreement(Registry& registry, Call& call,
                                                    const v1::CreateAgreementRequest& request);
Task<absl::StatusOr<v1::Agreement>> SignAgreement(Registry& registry, Call& call,
                                                  const v1::SignAgreementRequest& request);
Task<absl::StatusOr<v1::Agreement>> GetAgreement(Registry& registry, Call& call,
                                                 const v1::GetAgreementRequest& request);

}  // namespace maplebridge::registry
