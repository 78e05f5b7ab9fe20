// Taking in the cases of an old register: from the stream to rows that wait.
#pragma once

#include "maplebridge/registry/v1/bulk.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

inline constexpr std::int64_t kMostImportBytes = 50 << 20;
inline constexpr int kMostImportRows = 200'000;

Task<absl::StatusOr<v1::Operation>> ImportDisputes(Registry& registry, Call& call,
                                                   StreamReader& reader);

}  // namespace maplebridge::registry
