// All SQL on routes of disputes to forces.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/centre_route.h"

namespace maplebridge::registry {

// Clocks of a route to a body outside: for its answer, and then for the outcome. A route by
// transfer has the clock of the transfer.
inline constexpr char kRouteAnswerClock[] = "route-answer";
inline constexpr char kRouteOutcomeClock[] = "route-outcome";

struct Route {
  std::string dispute;  // number
  int ordinal = 0;
  RouteState state = RouteState::kProposed;
  ForceKind force = ForceKind::kPeoplesMediation;
  std::string organisation;  // of the roster; empty for a body outside
  std::string body_name;
  int transfer = 0;  // ordinal; 0 for a body outside
  std::string explanation;
  std::string arbitration_agreement;
  std::string answer;
  RouteOutcome outcome = RouteOutcome::kNone;
  std::string result;
  ClockEnd clock;
  std::string clock_source;
  bool overdue = false;
  std::string centre;
  std::uint64_t division = 0;
  absl::Time create_time;
  std::optional<absl::Time> answer_time, end_time;
  std::int64_t revision = 1;

  std::string name() const;
};

// Gives the route the next ordinal of its dispute, whose row is locked, and marks it as the
// dispute's open one with its centre.
Task<absl::Status> InsertRoute(postgres::Transaction& transaction, const std::string& principal,
                               Route* route);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Route>> ReadRoute(postgres::Transaction& transaction,
                                      const std::string& dispute, int ordinal);
// Stores what may change; the dispute's row is locked. A route that is not open any more is the
// dispute's open one no more.
Task<absl::Status> UpdateRoute(postgres::Transaction& transaction, const Route& route);

struct RouteFilter {
  std::string dispute;  // number; empty for what is due
  std::string centre;   // of what is due; empty for any
  std::string state;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  absl::Time after_time = absl::UnixEpoch();
  std::string after_dispute;
  int after_ordinal = 0;
  int limit = 50;
};
// Of one dispute by ordinal.
Task<absl::StatusOr<std::vector<Route>>> ListRoutes(postgres::Database& database,
                                                    absl::Time deadline, const RouteFilter& filter);
// With a running clock, by its end, dispute and ordinal.
Task<absl::StatusOr<std::vector<Route>>> ListDueRoutes(postgres::Database& database,
                                                       absl::Time deadline,
                                                       const RouteFilter& filter);

}  // namespace maplebridge::registry
