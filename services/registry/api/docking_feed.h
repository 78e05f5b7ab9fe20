// What docking decided, carried out here: an accepted referral becomes a dispute; a result, an
// extension or a withdrawal moves the dispute it was born as.
#pragma once

#include "maplebridge/feed/v1/feed.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// Follows docking's feed until the process drains. Does nothing without docking's address.
Task<void> FollowDocking(std::shared_ptr<Registry> registry);

// What has to be asked of other services before an accepted referral can become a dispute.
struct PreparedReferral {
  absl::Status status;
  // Of the referral itself: events leave private fields out.
  std::string category_text;
  std::string summary;
  std::string organisation_name;
  std::vector<Party> parties;
};
// UNAVAILABLE when docking cannot be asked; what else goes wrong stands in `status`.
Task<absl::StatusOr<PreparedReferral>> PrepareReferral(const Registry& registry,
                                                       const feed::v1::Event& event);
// The effect of one event in the transaction that moves the cursor. What the workflow refuses is
// recorded and answered OK.
Task<absl::Status> ApplyDockingEvent(const Registry& registry, postgres::Transaction& transaction,
                                     const feed::v1::Event& event,
                                     const PreparedReferral& prepared);

}  // namespace maplebridge::registry
