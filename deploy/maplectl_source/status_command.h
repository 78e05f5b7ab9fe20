// maplectl status and maplectl version: what runs, and how it is.
#pragma once

#include "deploy/maplectl_source/console.h"
#include "deploy/maplectl_source/installation.h"

namespace maplebridge::maplectl {

// Exit code 0 when every process serves, else 1.
int RunStatus(const Console& console, const Installation& installation);
int RunVersion(const Console& console, const Installation& installation);

}  // namespace maplebridge::maplectl
