// maplectl demo: the main job of the suite, played through the gateway by everybody who has a part
// in it. A new organisation each time, so it runs as often as one likes.
#pragma once

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/gateway_client.h"
#include "deploy/maplectl_source/installation.h"

namespace maplebridge::maplectl {

struct DemoOptions {
  // How long to wait for one service to follow another.
  double patience_seconds = 60;
};

// In JSON: a line a step, and a last line made from what the services answered.
int RunDemo(const Console& console, const Installation& installation,
            const GatewaySettings& settings, const DemoOptions& options);

}  // namespace maplebridge::maplectl
