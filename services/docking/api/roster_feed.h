// What the roster reports of organisations and courts' rosters, kept here for the time when the
// roster is down.
#pragma once

#include <memory>

#include "maplebridge/feed/v1/feed.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

// Follows the roster's feed until the process drains. Does nothing without its address.
Task<void> FollowRoster(std::shared_ptr<Docking> docking);

Task<absl::Status> ApplyRosterEvent(postgres::Transaction& transaction,
                                    const feed::v1::Event& event);

}  // namespace maplebridge::docking
