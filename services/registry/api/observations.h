// What partners' systems share: taken in once each, and matched to what is known.
#pragma once

#include "maplebridge/registry/v1/observation.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

Task<absl::StatusOr<v1::BatchCreateObservationsResponse>> BatchCreateObservations(
    Registry& registry, Call& call, const v1::BatchCreateObservationsRequest& request);
Task<absl::StatusOr<v1::ImportObservationsResponse>> ImportObservations(Registry& registry,
                                                                        Call& call,
                                                                        StreamReader& reader);
Task<absl::StatusOr<v1::ListObservationsResponse>> ListObservationPage(
    Registry& registry, Call& call, const v1::ListObservationsRequest& request);

}  // namespace maplebridge::registry
