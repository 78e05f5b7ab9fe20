// Messages to telephones, which the message platform of a place empties.
#pragma once

#include "maplebridge/registry/v1/minutes.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::ClaimMessagesResponse>> ClaimMessageBatch(
    Registry& registry, Call& call, const v1::ClaimMessagesRequest& request);
Task<absl::StatusOr<v1::AcknowledgeMessageResponse>> AcknowledgeMessage(
    Registry& registry, Call& call, const v1::AcknowledgeMessageRequest& request);

// Destroys telephone and text of messages that came too late.
Task<void> DestroyLateMessages(std::shared_ptr<const Registry> registry);

}  // namespace maplebridge::registry
