// maplectl simulate: a county's year, lived through the public interface of a running suite.
#pragma once

#include <string>

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/gateway_client.h"
#include "deploy/maplectl_source/installation.h"

namespace maplebridge::maplectl {

struct SimulateOptions {
  int year = 0;  // last year when 0
  std::string county = "330681";
  std::uint64_t seed = 7;
  double scale = 1;
  int clients = 8;
  // Days of the year in a second of ours; 0 for as fast as it can.
  double speed = 0;
  // How long to wait for analytics to follow at the end.
  double patience_seconds = 180;
  // Show the plan and call nobody.
  bool plan_only = false;
};

// What --help says of time and of what is invented.
extern const char kSimulateNotes[];

// kFailed when a call went otherwise than planned, or the services' own counts differ from the
// plan.
int RunSimulate(const Console& console, const Installation& installation,
                const GatewaySettings& settings, const SimulateOptions& options);

}  // namespace maplebridge::maplectl
