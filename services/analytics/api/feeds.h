// What happened in the registry, the docking and the roster, taken into the facts and figures: each
// event once, and a resource's events by its revision.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/feed/feed_consumer.h"
#include "maplebridge/feed/v1/feed.pb.h"
#include "services/analytics/api/analytics.h"
#include "services/analytics/domain/fact.h"

namespace maplebridge::analytics {

// The feeds of the services whose address is configured.
std::vector<FeedSource> FeedsOf(const ServiceParts& parts);

// Follows one feed until the process drains.
Task<void> Follow(std::shared_ptr<Analytics> analytics, FeedSource source);

// The effect of events of `source`, at least one, in the transaction that moves the cursor. What
// cannot be read is recorded in feed_refusals and answered OK; what changes no figure only moves
// the times.
Task<absl::Status> ApplyEvents(postgres::Transaction& transaction, std::string source,
                               std::span<const feed::v1::Event> events);

}  // namespace maplebridge::analytics
