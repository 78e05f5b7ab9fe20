// Etags: the revision, in a form that callers do not compute with.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace maplebridge {

std::string Etag(std::int64_t revision);
// ABORTED ETAG_STALE when `etag` is given and is not that of `revision`.
absl::Status CheckEtag(std::string_view resource, std::string_view etag, std::int64_t revision);

}  // namespace maplebridge
