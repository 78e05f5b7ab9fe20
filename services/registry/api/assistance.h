// Help beside the mediation: a notary, legal aid, an appraisal, a psychologist (Opinion 2-4).
#pragma once

#include "maplebridge/registry/v1/centre.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::Assistance>> RequestAssistance(Registry& registry, Call& call,
                                                       const v1::RequestAssistanceRequest& request);
Task<absl::StatusOr<v1::Assistance>> AnswerAssistance(Registry& registry, Call& call,
                                                      const v1::AnswerAssistanceRequest& request);
Task<absl::StatusOr<v1::Assistance>> DeliverAssistance(Registry& registry, Call& call,
                                                       const v1::DeliverAssistanceRequest& request);
Task<absl::StatusOr<v1::Assistance>> CancelAssistance(Registry& registry, Call& call,
                                                      const v1::CancelAssistanceRequest& request);
Task<absl::StatusOr<v1::ListAssistanceResponse>> ListAssistancePage(
    Registry& registry, Call& call, const v1::ListAssistanceRequest& request);

}  // namespace maplebridge::registry
