// What the registry and docking report of disputes, kept as facts of cases.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "maplebridge/feed/v1/feed.pb.h"
#include "services/roster/api/roster.h"

namespace maplebridge::roster {

// Each follows one feed until the process drains; does nothing without its address.
Task<void> FollowCases(std::shared_ptr<Roster> roster);
Task<void> FollowConfirmations(std::shared_ptr<Roster> roster);

// What events do, whatever is repeated or comes late: the highest revision stands. An event that
// says something impossible is recorded in feed_refusals.
Task<absl::Status> ApplyCaseEvents(postgres::Transaction& transaction, std::string source,
                                   std::span<const feed::v1::Event> events);

}  // namespace maplebridge::roster
