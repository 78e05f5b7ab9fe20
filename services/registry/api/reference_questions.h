// Questions anyone may ask of the reference data and the rules on it.
#pragma once

#include "maplebridge/registry/v1/reference.pb.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// Registers the handlers of ReferenceService.
void ServeReference(ServiceHost& host, std::shared_ptr<Registry> registry);

// The rules themselves, for tests: they need no server.
absl::StatusOr<type::v1::Deadline> CalculateDeadline(const calendar::Calendar& calendar,
                                                     const v1::CalculateDeadlineRequest& request);
absl::StatusOr<v1::CheckIdentifierResponse> CheckIdentifier(
    const division::DivisionTree& divisions, const v1::CheckIdentifierRequest& request,
    absl::CivilDay today);
v1::ListDisputeCategoriesResponse DisputeCategories();

}  // namespace maplebridge::registry
