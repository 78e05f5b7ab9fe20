// Reading events: a watermark that never passes a change that could still commit.
//
// A position is drawn before its transaction commits, so a reader that saw position 8 could pass 7
// for good. The hub reads the sequence's last value S, then in a later transaction draws a
// transaction id X, and waits until no transaction older than X is left in this database: every
// position up to S has then committed or gone, and S may be passed. Not pg_snapshot_xmin: that is
// cluster-wide, and a long transaction in another service's database would hold up this feed.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/postgres/database.h"
#include "common/server/service_host.h"

namespace maplebridge {

class FeedHub {
 public:
  // `database` belongs to the loop that Run is started on.
  explicit FeedHub(postgres::Database& database);
  ~FeedHub();

  // Moves the watermark until `stop` answers true. One per process.
  Task<void> Run(std::function<bool()> stop);
  // A transaction with events has committed. Any thread.
  void Wake();
  // Position up to which the feed is settled. Any thread.
  std::int64_t settled() const;
  // Waits, on the calling loop, until settled() > `position` or `timeout`; answers settled().
  Task<std::int64_t> WaitBeyond(std::int64_t position, absl::Duration timeout);
  // Time between a commit's wake and the settling of its position, of the last one (metric).
  absl::Duration lag() const;

  // One step of the watermark, ended early by `stop`: answers the position that is now settled. For
  // tests, too.
  Task<absl::StatusOr<std::int64_t>> Advance(absl::Time deadline,
                                             std::function<bool()> stop = nullptr);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Serves WatchEvents of a service: registers the handler for `method`.
void ServeFeed(ServiceHost& host, std::string_view method,
               std::vector<std::unique_ptr<postgres::Database>>& databases,
               std::shared_ptr<FeedHub> feed, std::function<bool()> stop);

}  // namespace maplebridge
