// What this binary was built from.
#pragma once

#include <string>

namespace maplebridge {

// "0.1.0 (commit 1a2b3c4d, Release)".
std::string BuildVersion();

}  // namespace maplebridge
