#include "services/docking/api/roster_feed.h"

#include "common/feed/feed_consumer.h"
#include "services/docking/api/words.h"
#include "services/docking/store/roster_projection.h"

namespace maplebridge::docking {

Task<absl::Status> ApplyRosterEvent(postgres::Transaction& transaction,
                                    const feed::v1::Event& event) {
  auto time = TimeOf(event.event_time());
  const absl::Time event_time = time.ok() ? *time : absl::UnixEpoch();
  if (!NameParts("organisations/*", event.resource()).empty()) {
    co_return co_await PutOrganisation(transaction, event.resource(), event.to_state(),
                                       event.revision(), event_time);
  }
  const std::vector<std::string> entry = NameParts("courts/*/rosterEntries/*", event.resource());
  if (entry.empty()) co_return absl::OkStatus();
  const std::string court = "courts/" + entry[0];
  const std::string organisation = "organisations/" + entry[1];
  co_return co_await PutRosterEntry(transaction, court, organisation, event.revision(), event_time);
}

Task<void> FollowRoster(std::shared_ptr<Docking> docking) {
  if (!docking->parts.roster) co_return;
  FeedSource source;
  source.name = "roster";
  source.method = "/maplebridge.roster.v1.RosterFeedService/WatchEvents";
  source.channel = docking->parts.roster;
  FeedHandler handler = [](const feed::v1::Event& event) -> Task<absl::StatusOr<FeedEffect>> {
    FeedEffect effect = [&event](postgres::Transaction& transaction) {
      return ApplyRosterEvent(transaction, event);
    };
    co_return effect;
  };
  co_await FollowFeed(source, *docking->parts.databases[0], handler, docking->parts.draining);
}

}  // namespace maplebridge::docking
