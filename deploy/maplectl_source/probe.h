// Looks at one installation from outside its processes: who runs, who listens, what answers. Every
// look ends within a few seconds, whatever state the other side is in.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/loop/event_loop.h"
#include "common/postgres/connection.h"
#include "deploy/maplectl_source/installation.h"

namespace maplebridge::maplectl {

struct RunningProcess {
  int pid = 0;
  absl::Time start_time;
  std::int64_t memory_bytes = 0;
  // True when the binary on disk is not the one that runs.
  bool is_outdated = false;
};
// The process that deploy/up started under this name, by var/run/NAME.pid; empty when it is not
// there, or when its number belongs to another program now.
std::optional<RunningProcess> FindProcess(const Installation& installation,
                                          const std::string& name);

struct Listener {
  int pid = 0;          // 0 when it may not be seen
  std::string program;  // empty when it may not be seen
};
// Who listens on a TCP port of this machine.
std::optional<Listener> FindListener(int port);

// Body of a plain GET on loopback; an error when nobody answers within 3 s.
absl::StatusOr<std::string> HttpGet(int port, const std::string& path);

// "SERVING", "NOT_SERVING", …, as grpc.health.v1 says of the server on that port, asked with the
// certificate keys/`certificate`.crt. `service`: empty for the whole server.
absl::StatusOr<std::string> HealthOf(const Installation& installation, int port,
                                     const std::string& certificate, const std::string& service);

// "SERVING" when nginx listens and the gateway's HTTP side behind it answers, else what is missing.
std::string WebHealth(const Installation& installation);

// "0.1.0 (commit …)" of a running service, from its metrics page; its binary's own word otherwise.
std::string VersionOf(const Installation& installation, const ProcessPlace& place);

// One connection to a service's database, as that service.
class DatabaseProbe {
 public:
  static absl::StatusOr<std::unique_ptr<DatabaseProbe>> Open(const Installation& installation,
                                                             const std::string& service);
  ~DatabaseProbe();
  // Rows of text; NULL reads as empty.
  absl::StatusOr<std::vector<std::vector<std::string>>> Ask(const postgres::Statement& statement,
                                                            int columns,
                                                            postgres::Parameters parameters = {});

 private:
  DatabaseProbe() : loops_(1) {}
  EventLoops loops_;
  std::unique_ptr<postgres::Connection> connection_;
};

// How far one service has followed the feed of another.
struct FeedLag {
  std::string consumer;
  std::string feed;
  std::int64_t position = 0;       // taken in
  std::int64_t last_position = 0;  // there
  std::int64_t behind = 0;         // events
  absl::Duration age;              // of the oldest event not taken in
};
// The databases of the installation that answer, by service.
using DatabaseProbes = std::map<std::string, std::unique_ptr<DatabaseProbe>>;
// Of every pair that can be asked; pairs whose database does not answer are left out.
std::vector<FeedLag> FeedLags(const DatabaseProbes& databases);

}  // namespace maplebridge::maplectl
