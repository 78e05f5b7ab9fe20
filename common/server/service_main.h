// The frame every service's main fills in: flags, migrations, keys, databases, feeds, clocks,
// server, health, drain.
#pragma once

#include <absl/status/status.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/caller/caller.h"
#include "common/loop/event_loop.h"
#include "common/postgres/database.h"
#include "common/postgres/migration.h"
#include "common/sealing/content_signature.h"
#include "common/sealing/sealing.h"
#include "common/server/service_host.h"

namespace grpc {
class Channel;
}

namespace maplebridge {

class FeedHub;
namespace reference {
class ReferenceData;
}

// What the parts of a service are built from. Lives as long as the process serves.
struct ServiceParts {
  std::string name;
  EventLoops* loops = nullptr;
  // One pool a loop, by the loop's index.
  std::vector<std::unique_ptr<postgres::Database>> databases;
  std::shared_ptr<const SealingKeys> sealing;
  std::shared_ptr<const MatchKey> match;
  // Signs documents; null in services that make none.
  std::shared_ptr<const ContentSigner> signer;
  std::shared_ptr<const reference::ReferenceData> reference_data;
  std::shared_ptr<prometheus::Registry> metrics;
  // Folder of the file store; empty unless it was set.
  std::string files;
  // Wakes the streams of this service's feed; see common/feed.
  std::shared_ptr<FeedHub> feed;
  // Channels to other services, with this service's certificate; null for those not configured.
  std::shared_ptr<grpc::Channel> registry, roster, docking, analytics;

  postgres::Database& database(const Call& call) const {
    return *databases[static_cast<std::size_t>(call.loop())];
  }
  // Keeps a task that runs on loop 0 from start to drain: feeds and clocks. They use databases[0].
  void RunInBackground(std::function<Task<void>()> task) { background.push_back(std::move(task)); }
  std::vector<std::function<Task<void>()>> background;
  // True once the process drains: background tasks end then.
  std::function<bool()> draining;
};

struct ServiceDefinition {
  // "registry", "roster", …
  std::string name;
  // The service's own, numbers from 2; CommonMigration comes first by itself.
  std::vector<postgres::Migration> migrations;
  // Adds handlers and background tasks. What it makes it keeps in the returned pointer.
  std::function<absl::StatusOr<std::shared_ptr<void>>(ServiceParts&, ServiceHost&)> build;
};

// Parses flags and environment (MAPLEBRIDGE_…), serves until SIGTERM, drains, returns the exit
// code.
int RunService(int argc, char** argv, const ServiceDefinition& definition);

}  // namespace maplebridge
