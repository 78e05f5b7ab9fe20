// Finding disputes by words, and like cases that were settled before.
#pragma once

#include "maplebridge/registry/v1/dispute_search.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::SearchDisputesResponse>> SearchDisputes(
    Registry& registry, Call& call, const v1::SearchDisputesRequest& request);
Task<absl::StatusOr<v1::SuggestReferencesResponse>> SuggestReferences(
    Registry& registry, Call& call, const v1::SuggestReferencesRequest& request);

struct IndexRound {
  int disputes = 0;
  // Nothing that has settled is left to index.
  bool caught_up = false;
};
// Indexes some of what changed up to the feed's settled position.
Task<absl::StatusOr<IndexRound>> IndexChanged(const Registry& registry,
                                              postgres::Database& database, absl::Time deadline);
// Does so until the service drains. On the loop of the first database.
Task<void> KeepIndex(std::shared_ptr<const Registry> registry);

}  // namespace maplebridge::registry
