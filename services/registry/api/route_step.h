// The one way to move a route, with its clock and its event; by a call, by its clock, or by a step
// of its dispute.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "maplebridge/registry/v1/centre_resource.pb.h"
#include "services/registry/api/registry.h"
#include "services/registry/store/route_store.h"

namespace maplebridge::registry {

inline constexpr char kRoutes[] = "routes";

struct RouteMove {
  RouteEvent event = RouteEvent::kWithdraw;
  RouteOutcome outcome = RouteOutcome::kNone;
  // Words of the body or of the centre.
  std::string answer;
  std::string result;
};

// `is_full`: with what was said; else only where it stands.
void FillRoute(v1::Route* message, const Route& route, bool is_full);
v1::Route RouteMessage(const Route& route, bool is_full);

// Starts the clock of a route to a body outside: for its answer, or once accepted for the outcome.
Task<absl::Status> StartRouteClock(const Registry& registry, postgres::Transaction& transaction,
                                   const Call& call, const Dispute& dispute, Route* route);
Task<absl::Status> TellRoute(const Registry& registry, postgres::Transaction& transaction,
                             const Call& call, const Dispute& dispute, const Route& route,
                             const std::string& type, const std::string& from_state);

// STATE_FORBIDS when the table does not allow it. The dispute's row is locked.
Task<absl::Status> MoveRoute(const Registry& registry, postgres::Transaction& transaction,
                             const Call& call, const Dispute& dispute, const RouteMove& move,
                             Route* route);

// What a step of the dispute means for its open route, its joint mediation and, when it is
// archived, its requests for assistance; called within it.
Task<absl::Status> FollowStep(const Registry& registry, postgres::Transaction& transaction,
                              const Call& call, const OpenStep& step);

// The clock of a route, and what its end does.
bool IsOfRoute(const DeadlineRow& row);
Task<absl::Status> ExpireRoute(const Registry& registry, postgres::Transaction& transaction,
                               const Call& call, const DeadlineRow& row);

}  // namespace maplebridge::registry
