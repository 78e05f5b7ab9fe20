#include "services/analytics/api/service.h"

#include "services/analytics/api/feeds.h"
#include "services/analytics/api/query_indicators.h"

namespace maplebridge::analytics {
namespace {

constexpr std::string_view kService = "maplebridge.analytics.v1.IndicatorService.";

template <typename Request, typename Response>
void Add(ServiceHost& host, const std::shared_ptr<Analytics>& analytics, std::string_view method,
         Task<absl::StatusOr<Response>> (*handler)(Analytics&, Call&, const Request&)) {
  host.Unary<Request, Response>(std::string(kService) + std::string(method),
                                [analytics, handler](Call& call, const Request& request) {
                                  return handler(*analytics, call, request);
                                });
}

}  // namespace

absl::StatusOr<std::shared_ptr<void>> BuildAnalytics(ServiceParts& parts, ServiceHost& host) {
  auto analytics = std::make_shared<Analytics>(parts);
  Add(host, analytics, "QueryIndicators", &QueryIndicators);
  Add(host, analytics, "ListIndicatorDefinitions", &ListIndicatorDefinitions);
  Add(host, analytics, "GetFeedPositions", &GetFeedPositions);
  for (const FeedSource& source : FeedsOf(parts)) {
    parts.RunInBackground([analytics, source] { return Follow(analytics, source); });
  }
  return std::shared_ptr<void>(analytics);
}

}  // namespace maplebridge::analytics
