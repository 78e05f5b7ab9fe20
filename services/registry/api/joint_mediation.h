// Mediation of one dispute by several organisations, one of which leads (Opinion 2-4).
#pragma once

#include "maplebridge/registry/v1/centre.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::JointMediation>> SetJointMediation(
    Registry& registry, Call& call, const v1::SetJointMediationRequest& request);
Task<absl::StatusOr<v1::JointMediation>> AnswerJointMediation(
    Registry& registry, Call& call, const v1::AnswerJointMediationRequest& request);
Task<absl::StatusOr<v1::JointMediation>> GetJointMediation(
    Registry& registry, Call& call, const v1::GetJointMediationRequest& request);
Task<absl::StatusOr<v1::ListJointMediationsResponse>> ListJointMediationPage(
    Registry& registry, Call& call, const v1::ListJointMediationsRequest& request);

// Ends the joint mediation of a dispute whose row is locked: all leave.
Task<absl::Status> EndJointMediation(const Registry& registry, postgres::Transaction& transaction,
                                     const Call& call, const Dispute& dispute);

}  // namespace maplebridge::registry
