// Following another service's feed: each event takes effect once, in the transaction that moves the
// cursor. Restarts, repeats and lost connections change nothing.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "common/postgres/database.h"
#include "maplebridge/feed/v1/feed.pb.h"

namespace grpc {
class Channel;
}

namespace maplebridge {

struct FeedSource {
  // "docking": key of the cursor, and for logs.
  std::string name;
  // "/maplebridge.docking.v1.DockingFeedService/WatchEvents".
  std::string method;
  std::shared_ptr<grpc::Channel> channel;
};

// What an event does, in the transaction that moves the cursor. An error that is not an outage
// would stop the feed for good, so what the domain refuses is recorded by the effect itself and
// answered OK. On error the events are tried again with back-off.
using FeedEffect = std::function<Task<absl::Status>(postgres::Transaction&)>;
// Prepares an event outside any transaction, where other services may be asked, and answers its
// effect; an empty one for an event that is of no concern. The event lives until the effect has
// ended.
using FeedHandler = std::function<Task<absl::StatusOr<FeedEffect>>(const feed::v1::Event&)>;

// Follows until `stop` answers true. On the loop of `database`. Events that wait together share a
// transaction; after an error each has its own.
Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedHandler handler,
                      std::function<bool()> stop);

// What several events do together, in the order of their positions; needs no preparation.
using FeedBatchEffect =
    std::function<Task<absl::Status>(postgres::Transaction&, std::span<const feed::v1::Event>)>;
// The same with one effect for the events of a transaction.
Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedBatchEffect effect,
                      std::function<bool()> stop);

}  // namespace maplebridge
