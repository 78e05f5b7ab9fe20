// Following another service's feed: each event takes effect once, in the transaction that moves the
// cursor. Restarts, repeats and lost connections change nothing.
#pragma once

#include <functional>
#include <memory>
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

// Effect of one event. An error that is not an outage would stop the feed for good, so an effect
// that the domain refuses is recorded by the effect itself and answered OK. On error the event is
// tried again with back-off.
using FeedEffect =
    std::function<Task<absl::Status>(postgres::Transaction&, const feed::v1::Event&)>;
// Runs before the transaction, for what needs calls to other services; its answer is kept by the
// effect's closure. May be empty.
using FeedPreparation = std::function<Task<absl::Status>(const feed::v1::Event&)>;

// Follows until `stop` answers true. On the loop of `database`.
Task<void> FollowFeed(FeedSource source, postgres::Database& database, FeedPreparation prepare,
                      FeedEffect effect, std::function<bool()> stop);

}  // namespace maplebridge
