#include "common/server/etag.h"

#include "common/status/error.h"

namespace maplebridge {

std::string Etag(std::int64_t revision) { return "\"r" + std::to_string(revision) + "\""; }

absl::Status CheckEtag(std::string_view resource, std::string_view etag, std::int64_t revision) {
  if (etag.empty() || etag == Etag(revision)) return absl::OkStatus();
  return StaleEtagError(resource);
}

}  // namespace maplebridge
