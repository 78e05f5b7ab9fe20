// What is due and who must act, over everything with a clock.
#pragma once

#include "maplebridge/registry/v1/reminder.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::ListRemindersResponse>> ListReminderPage(
    Registry& registry, Call& call, const v1::ListRemindersRequest& request);

}  // namespace maplebridge::registry
