// Ids of new resources.
#pragma once

#include <absl/time/time.h>

#include <string>

namespace maplebridge {

// A UUID of version 7 (RFC 9562): the millisecond of `now`, then 74 random bits, so that ids rise
// with time and cannot be guessed.
std::string NewResourceId(absl::Time now);

}  // namespace maplebridge
