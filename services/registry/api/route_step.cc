#include "services/registry/api/route_step.h"

#include <absl/strings/str_cat.h>

#include "common/feed/event_log.h"
#include "common/server/etag.h"
#include "services/registry/api/assistance_step.h"
#include "services/registry/api/joint_mediation.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/joint_mediation.h"

namespace maplebridge::registry {
namespace {

// By what the route became: the end of its clock does two things.
std::string EventType(RouteEvent event, RouteState to) {
  if (event != RouteEvent::kClockExpired) return std::string(Word(event));
  return to == RouteState::kLapsed ? "LapseRoute" : "RouteOverdue";
}

void Apply(const Call& call, const RouteMove& move, RouteState to, Route* route) {
  route->state = to;
  ++route->revision;
  if (!move.answer.empty()) route->answer = move.answer;
  if (move.event == RouteEvent::kAccept || move.event == RouteEvent::kDecline) {
    route->answer_time = call.now();
  }
  if (move.event == RouteEvent::kEnd) {
    route->outcome = move.outcome;
    route->result = move.result;
  }
  if (IsFinal(to)) {
    route->end_time = call.now();
    route->clock = ClockEnd();
    route->clock_source.clear();
    route->overdue = false;
  } else if (move.event == RouteEvent::kClockExpired) {
    route->overdue = true;
  }
}

}  // namespace

void FillRoute(v1::Route* message, const Route& route, bool is_full) {
  message->set_name(route.name());
  message->set_state(EnumOf<v1::RouteState>("ROUTE_STATE_", Word(route.state)));
  message->set_force(EnumOf<v1::ForceKind>("FORCE_KIND_", Word(route.force)));
  message->set_organisation(route.organisation);
  message->set_body_name(route.body_name);
  if (route.transfer > 0) {
    message->set_transfer(absl::StrCat("disputes/", route.dispute, "/transfers/", route.transfer));
  }
  message->set_outcome(EnumOf<v1::RouteOutcome>("ROUTE_OUTCOME_", Word(route.outcome)));
  if (!route.clock.kind.empty()) SetDeadlineMessage(message->mutable_deadline(), route.clock);
  message->set_overdue(route.overdue);
  message->set_clock_source(route.clock_source);
  message->set_centre(route.centre);
  SetTime(message->mutable_create_time(), route.create_time);
  if (route.answer_time) SetTime(message->mutable_answer_time(), *route.answer_time);
  if (route.end_time) SetTime(message->mutable_end_time(), *route.end_time);
  message->set_revision(route.revision);
  message->set_etag(Etag(route.revision));
  if (!is_full) return;
  message->set_explanation(route.explanation);
  message->set_arbitration_agreement(route.arbitration_agreement);
  message->set_answer(route.answer);
  message->set_result(route.result);
}

v1::Route RouteMessage(const Route& route, bool is_full) {
  v1::Route message;
  FillRoute(&message, route, is_full);
  return message;
}

Task<absl::Status> StartRouteClock(const Registry& registry, postgres::Transaction& transaction,
                                   const Call& call, const Dispute& dispute, Route* route) {
  const ForceLimit& limit = LimitOf(route->force, dispute.category);
  const bool answers = route->state == RouteState::kProposed;
  const calendar::Period period = answers ? limit.answer : limit.outcome;
  MB_CO_ASSIGN_OR_RETURN(
      const calendar::Deadline deadline,
      calendar::CountDeadline(registry.calendar(), call.now(), period.rule, period.length));
  route->clock = ClockEnd{answers ? kRouteAnswerClock : kRouteOutcomeClock, deadline.due_day,
                          deadline.due, deadline.provisional};
  route->clock_source = answers ? limit.answer_source : limit.outcome_source;
  DeadlineRow row;
  row.resource = route->name();
  row.kind = route->clock.kind;
  row.due_day = deadline.due_day;
  row.due_time = deadline.due;
  row.provisional = deadline.provisional;
  const std::string reason = route->clock_source;
  co_return co_await SetDeadline(transaction, call, row, reason);
}

Task<absl::Status> TellRoute(const Registry& registry, postgres::Transaction& transaction,
                             const Call& call, const Dispute& dispute, const Route& route,
                             const std::string& type, const std::string& from_state) {
  const v1::Route payload = RouteMessage(route, false);
  NewEvent event;
  event.type = type;
  event.resource = route.name();
  event.revision = route.revision;
  event.from_state = from_state;
  event.to_state = Word(route.state);
  event.division = ScopeOf(dispute).division;
  event.organisation = dispute.organisation;
  event.payload = &payload;
  co_return co_await AppendEvent(transaction, call, *registry.parts.feed, event);
}

Task<absl::Status> MoveRoute(const Registry& registry, postgres::Transaction& transaction,
                             const Call& call, const Dispute& dispute, const RouteMove& move,
                             Route* route) {
  const RouteTransition* step = Decide(route->state, move.event);
  if (step == nullptr) {
    co_return StateForbidsError(route->name(), Word(route->state), Word(move.event));
  }
  const std::string before(Word(route->state)), running = route->clock.kind;
  Apply(call, move, step->to, route);
  absl::Status done = absl::OkStatus();
  if (!running.empty() && move.event != RouteEvent::kClockExpired) {
    done = co_await MeetDeadline(transaction, call, route->name(), running);
    if (!done.ok()) co_return done;
  }
  if (move.event == RouteEvent::kAccept && route->transfer == 0) {
    done = co_await StartRouteClock(registry, transaction, call, dispute, route);
    if (!done.ok()) co_return done;
  }
  done = co_await UpdateRoute(transaction, *route);
  if (!done.ok()) co_return done;
  const std::string type = EventType(move.event, step->to);
  co_return co_await TellRoute(registry, transaction, call, dispute, *route, type, before);
}

Task<absl::Status> FollowStep(const Registry& registry, postgres::Transaction& transaction,
                              const Call& call, const OpenStep& step) {
  const Dispute& dispute = step.dispute;
  if (dispute.has_joint_mediation && EndsJointMediation(step.event, dispute.state)) {
    absl::Status ended = co_await EndJointMediation(registry, transaction, call, dispute);
    if (!ended.ok()) co_return ended;
  }
  if (dispute.state == DisputeState::kArchived) {
    absl::Status cancelled = co_await CancelOpenAssistance(registry, transaction, call, dispute);
    if (!cancelled.ok()) co_return cancelled;
  }
  if (dispute.open_route == 0) co_return absl::OkStatus();
  auto route = co_await ReadRoute(transaction, dispute.number, dispute.open_route);
  if (!route.ok()) co_return route.status();
  const std::optional<RouteStep> follows =
      route->transfer > 0 ? StepOfTransferred(route->state, step.event, dispute.state)
                          : StepOfOutside(step.event, dispute.state);
  if (!follows) co_return absl::OkStatus();
  RouteMove move;
  move.event = follows->event;
  move.outcome = follows->outcome;
  co_return co_await MoveRoute(registry, transaction, call, dispute, move, &*route);
}

bool IsOfRoute(const DeadlineRow& row) {
  return (row.kind == kRouteAnswerClock || row.kind == kRouteOutcomeClock) &&
         ParsePartName(kRoutes, row.resource).has_value();
}

Task<absl::Status> ExpireRoute(const Registry& registry, postgres::Transaction& transaction,
                               const Call& call, const DeadlineRow& row) {
  const std::optional<PartName> name = ParsePartName(kRoutes, row.resource);
  if (!name) co_return absl::OkStatus();
  auto dispute = co_await LockDispute(transaction, registry.keys, name->number);
  if (!dispute.ok()) co_return dispute.status();
  auto route = co_await ReadRoute(transaction, name->number, name->ordinal);
  if (!route.ok()) co_return route.status();
  // A clock that outlived its state has nothing to say.
  if (route->clock.kind != row.kind) co_return absl::OkStatus();
  RouteMove move;
  move.event = RouteEvent::kClockExpired;
  co_return co_await MoveRoute(registry, transaction, call, *dispute, move, &*route);
}

}  // namespace maplebridge::registry
