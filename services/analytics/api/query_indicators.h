// Answers of IndicatorService.
#pragma once

#include <absl/status/statusor.h>

#include "common/server/call.h"
#include "maplebridge/analytics/v1/indicator.pb.h"
#include "services/analytics/api/analytics.h"

namespace maplebridge::analytics {

Task<absl::StatusOr<v1::QueryIndicatorsResponse>> QueryIndicators(
    Analytics& analytics, Call& call, const v1::QueryIndicatorsRequest& request);
Task<absl::StatusOr<v1::ListIndicatorDefinitionsResponse>> ListIndicatorDefinitions(
    Analytics& analytics, Call& call, const v1::ListIndicatorDefinitionsRequest& request);
Task<absl::StatusOr<v1::GetFeedPositionsResponse>> GetFeedPositions(
    Analytics& analytics, Call& call, const v1::GetFeedPositionsRequest& request);

}  // namespace maplebridge::analytics
