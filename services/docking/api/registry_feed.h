// What the registry reports of disputes that were born of referrals, carried out here: the dispute
// is named, progress mirrored, and the referral becomes AGREED or RETURNED.
#pragma once

#include <memory>

#include "maplebridge/feed/v1/feed.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

// Follows the registry's feed until the process drains. Does nothing without its address.
Task<void> FollowRegistry(std::shared_ptr<Docking> docking);

// What is read before the transaction: materials are large.
struct PreparedReturn {
  bool materials_equal = false;
};
Task<absl::StatusOr<PreparedReturn>> PrepareReturn(const Docking& docking,
                                                   const feed::v1::Event& event);
// The effect of one event in the transaction that moves the cursor. What the workflow refuses is
// recorded and answered OK.
Task<absl::Status> ApplyRegistryEvent(const Docking& docking, postgres::Transaction& transaction,
                                      const feed::v1::Event& event, const PreparedReturn& prepared);

}  // namespace maplebridge::docking
