// The figures of analytics, which follow the feeds of the other services.
#include <absl/time/clock.h>

#include "common/calendar/working_calendar.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/simulation/audit.h"

namespace maplebridge::maplectl {
namespace {

using analytics::v1::IndicatorService;

constexpr const char* kIndicators[] = {"reported",
                                       "accepted",
                                       "settled",
                                       "failed",
                                       "performed",
                                       "referrals",
                                       "referrals_accepted",
                                       "referrals_settled",
                                       "referrals_returned"};

// What the plan adds to each of them.
IndicatorCounts PlannedIndicators(const CountyPlan& plan) {
  IndicatorCounts counts;
  for (const char* indicator : kIndicators) counts[indicator] = 0;
  for (const PlannedDispute* dispute : AllDisputes(plan)) {
    if (dispute->is_consent_refused) continue;
    const bool is_settled = dispute->outcome == Outcome::kAgreed;
    const bool is_failed = dispute->outcome == Outcome::kFailed;
    const bool is_performed = is_settled && (dispute->performance == Performance::kInTime ||
                                             dispute->performance == Performance::kAfterUrging);
    counts["reported"] += 1;
    counts["accepted"] += IsAccepted(*dispute) ? 1 : 0;
    counts["settled"] += is_settled ? 1 : 0;
    counts["failed"] += is_failed ? 1 : 0;
    counts["performed"] += is_performed ? 1 : 0;
    if (!dispute->is_referred) continue;
    counts["referrals"] += 1;
    counts["referrals_accepted"] += 1;
    counts["referrals_settled"] += is_settled ? 1 : 0;
    counts["referrals_returned"] += is_failed ? 1 : 0;
  }
  return counts;
}

}  // namespace

absl::StatusOr<IndicatorCounts> ReadIndicators(const SimulationCast& cast, const CountyPlan& plan,
                                               absl::CivilDay first_day, Player& player) {
  analytics::v1::QueryIndicatorsRequest request;
  request.set_division(plan.county.code);
  request.set_start_day(absl::FormatCivilTime(first_day));
  request.set_end_day(absl::FormatCivilTime(calendar::ChinaDay(absl::Now())));
  for (const char* indicator : kIndicators) request.add_indicators(indicator);
  MB_ASSIGN_OR_RETURN(const analytics::v1::QueryIndicatorsResponse answer,
                      player.Read("QueryIndicators", cast.bureau(), player.stubs().indicators,
                                  &IndicatorService::Stub::QueryIndicators, request));
  IndicatorCounts counts;
  for (const analytics::v1::IndicatorRow& row : answer.rows()) {
    for (const analytics::v1::IndicatorValue& value : row.values()) {
      counts[value.indicator()] += value.numerator();
    }
  }
  return counts;
}

absl::Status Audit::CompareIndicators(const IndicatorCounts& before, absl::CivilDay first_day,
                                      absl::Duration patience) {
  const IndicatorCounts planned = PlannedIndicators(plan_);
  const absl::Time end = absl::Now() + patience;
  StateCounts found;
  while (true) {
    MB_ASSIGN_OR_RETURN(const IndicatorCounts after,
                        ReadIndicators(cast_, plan_, first_day, player_));
    found.clear();
    for (const auto& [indicator, count] : after) {
      const auto earlier = before.find(indicator);
      found[indicator] = count - (earlier == before.end() ? 0 : earlier->second);
    }
    if (found == planned || absl::Now() > end) break;
    absl::SleepFor(absl::Milliseconds(500));
  }
  CompareAll("indicators of the county", planned, found);
  return absl::OkStatus();
}

}  // namespace maplebridge::maplectl
