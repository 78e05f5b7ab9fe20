#include "services/registry/api/routes.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/server/etag.h"
#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/route_step.h"
#include "services/registry/api/transfers.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

constexpr char kOrganisationField[] = "route.organisation";

void CheckBody(FieldCheck* check, const v1::Route& message, const Route& route) {
  const bool of_roster = !message.organisation().empty();
  if (of_roster == !message.body_name().empty()) {
    check->Add(kOrganisationField, "must be given, or route.body_name, and not both");
    return;
  }
  if (of_roster) {
    check->Require(!NameParts("organisations/*", message.organisation()).empty(),
                   kOrganisationField, "must be organisations/{id}");
    check->Require(GoesByTransfer(route.force), kOrganisationField,
                   "is a committee of people's mediation; this force is a body outside: name it "
                   "in route.body_name");
    return;
  }
  check->Require(route.force != ForceKind::kPeoplesMediation, kOrganisationField,
                 "must be organisations/{id} of the roster for PEOPLES_MEDIATION");
  std::string wrong = CheckText(message.body_name(), 1, 100);
  check->Require(wrong.empty(), "route.body_name", wrong);
}

absl::StatusOr<Route> DraftOf(const Call& call, const v1::Route& message) {
  FieldCheck check;
  Route route;
  const auto force = ForceKindOf(WordOf("FORCE_KIND_", message.force()));
  check.Require(force.has_value(), "route.force", "must be one of FORCE_KIND_…");
  if (force) {
    route.force = *force;
    CheckBody(&check, message, route);
  }
  std::string wrong = CheckText(message.explanation(), 1, 500);
  check.Require(wrong.empty(), "route.explanation", wrong);
  wrong = CheckText(message.arbitration_agreement(), 0, 200);
  check.Require(wrong.empty(), "route.arbitration_agreement", wrong);
  MB_RETURN_IF_ERROR(check.status());
  route.organisation = message.organisation();
  route.body_name = message.body_name();
  route.explanation = message.explanation();
  route.arbitration_agreement = message.arbitration_agreement();
  route.centre = call.caller().organisation;
  route.create_time = call.now();
  return route;
}

// One force at a time, and one that is open to this dispute.
absl::Status CheckMayGo(const Dispute& dispute, const Route& route) {
  if (dispute.open_route > 0) {
    return PreconditionError(
        reason::kGuardFailed, dispute.name(),
        absl::StrCat("is routed by ", dispute.name(), "/routes/", dispute.open_route,
                     " already; wait for its end or withdraw it"));
  }
  if (!dispute.offered_organisation.empty()) {
    return PreconditionError(reason::kGuardFailed, dispute.name(),
                             "is offered to " + dispute.offered_organisation +
                                 " already; wait for the answer or cancel that offer");
  }
  const std::string why =
      WhyNotOpen(route.force, RouteCaseOf(dispute, !route.arbitration_agreement.empty()));
  if (why.empty()) return absl::OkStatus();
  return PreconditionError(reason::kGuardFailed, dispute.name(), why);
}

Task<absl::Status> Insert(const Registry& registry, postgres::Transaction& transaction,
                          const Call& call, const Dispute& dispute, Route* route) {
  route->dispute = dispute.number;
  route->division = dispute.division;
  absl::Status done = co_await InsertRoute(transaction, call.caller().principal, route);
  if (!done.ok()) co_return done;
  if (route->transfer == 0) {
    done = co_await StartRouteClock(registry, transaction, call, dispute, route);
    if (!done.ok()) co_return done;
    done = co_await UpdateRoute(transaction, *route);
    if (!done.ok()) co_return done;
  }
  const std::string type(Word(RouteEvent::kPropose)), no_state;
  co_return co_await TellRoute(registry, transaction, call, dispute, *route, type, no_state);
}

// To a committee of the roster: by the dispute's own machinery of transfers.
Task<absl::StatusOr<v1::Route>> RouteByTransfer(const Registry& registry,
                                                postgres::Transaction& transaction,
                                                const Call& call, const StepRequest& request,
                                                const roster::v1::Organisation& receiver,
                                                Route route) {
  auto step = co_await BeginStep(registry, transaction, call, request);
  if (!step.ok()) co_return step.status();
  MB_CO_RETURN_IF_ERROR(CheckMayGo(step->dispute, route));
  const std::string field = kOrganisationField, explanation = route.explanation;
  auto transfer =
      co_await PutOffer(registry, transaction, call, receiver, field, explanation, &*step);
  if (!transfer.ok()) co_return transfer.status();
  route.transfer = transfer->ordinal;
  absl::Status done = co_await Insert(registry, transaction, call, step->dispute, &route);
  if (!done.ok()) co_return done;
  done = co_await FinishStep(registry, transaction, call, &*step);
  if (!done.ok()) co_return done;
  co_return RouteMessage(route, true);
}

Task<absl::StatusOr<v1::Route>> RouteOutside(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             const StepRequest& request, Route route) {
  auto dispute = co_await LockDispute(transaction, registry.keys, request.number);
  if (!dispute.ok()) co_return dispute.status();
  MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
  MB_CO_RETURN_IF_ERROR(CheckEtag(dispute->name(), request.etag, dispute->revision));
  if (dispute->referral_born()) {
    co_return RefusalError(*dispute, DisputeEvent::kOfferTransfer, Refusal::kReferralOwned);
  }
  if (!MayRoute(dispute->state)) {
    co_return StateForbidsError(dispute->name(), Word(dispute->state), "RouteDispute");
  }
  MB_CO_RETURN_IF_ERROR(CheckMayGo(*dispute, route));
  absl::Status done = co_await Insert(registry, transaction, call, *dispute, &route);
  if (!done.ok()) co_return done;
  co_return RouteMessage(route, true);
}

// The frame of a step on a route to a body outside. `advice`: who moves one by transfer.
template <typename Request>
Task<absl::StatusOr<v1::Route>> ChangeRoute(Registry& registry, Call& call, const Request& request,
                                            const RouteMove& move, const std::string& advice) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn(kRoutes, request.name()));
  std::function<Task<absl::StatusOr<v1::Route>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Route>> {
    auto dispute = co_await LockDispute(transaction, registry.keys, name.number);
    if (!dispute.ok()) co_return dispute.status();
    MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
    auto route = co_await ReadRoute(transaction, name.number, name.ordinal);
    if (!route.ok()) co_return route.status();
    MB_CO_RETURN_IF_ERROR(CheckEtag(route->name(), request.etag(), route->revision));
    if (route->transfer > 0) {
      co_return PreconditionError(reason::kGuardFailed, route->name(),
                                  "goes by a transfer; " + advice);
    }
    absl::Status done = co_await MoveRoute(registry, transaction, call, *dispute, move, &*route);
    if (!done.ok()) co_return done;
    co_return RouteMessage(*route, true);
  };
  std::function<Task<absl::StatusOr<v1::Route>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string&) -> Task<absl::StatusOr<v1::Route>> {
    auto dispute = co_await ReadDispute(transaction, registry.keys, name.number);
    if (!dispute.ok()) co_return dispute.status();
    MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
    auto route = co_await ReadRoute(transaction, name.number, name.ordinal);
    if (!route.ok()) co_return route.status();
    co_return RouteMessage(*route, true);
  };
  co_return co_await ChangeOnce<v1::Route>(registry.database(call), call, request, change, reread);
}

// What was said is for those who read the file, and for auditors.
bool SeesAll(const Caller& caller, const Dispute& dispute) {
  return caller.Has(options::v1::ROLE_AUDITOR) || RequireReadsFile(caller, dispute).ok();
}

}  // namespace

absl::Status RequireCentre(const Caller& caller, const Dispute& dispute) {
  MB_RETURN_IF_ERROR(CheckVisible(caller, dispute));
  if (!dispute.centre.empty() && caller.organisation == dispute.centre) return absl::OkStatus();
  return RequireOrganisation(caller, dispute.organisation);
}

Task<absl::StatusOr<v1::Route>> RouteDispute(Registry& registry, Call& call,
                                             const v1::RouteDisputeRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kOfferTransfer;
  MB_CO_ASSIGN_OR_RETURN(const Route draft, DraftOf(call, request.route()));
  roster::v1::Organisation receiver;
  if (!draft.organisation.empty()) {
    const std::string field = kOrganisationField;
    auto asked = co_await AskReceiver(registry, call, field, draft.organisation);
    if (!asked.ok()) co_return asked.status();
    receiver = *std::move(asked);
  }
  std::function<Task<absl::StatusOr<v1::Route>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return draft.organisation.empty()
                   ? RouteOutside(registry, transaction, call, step_request, draft)
                   : RouteByTransfer(registry, transaction, call, step_request, receiver, draft);
      };
  std::function<Task<absl::StatusOr<v1::Route>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Route>> {
    const std::optional<PartName> part = ParsePartName(kRoutes, name);
    if (!part) co_return NotFoundError(name);
    auto dispute = co_await ReadDispute(transaction, registry.keys, part->number);
    if (!dispute.ok()) co_return dispute.status();
    MB_CO_RETURN_IF_ERROR(RequireCentre(call.caller(), *dispute));
    auto route = co_await ReadRoute(transaction, part->number, part->ordinal);
    if (!route.ok()) co_return route.status();
    co_return RouteMessage(*route, true);
  };
  co_return co_await ChangeOnce<v1::Route>(registry.database(call), call, request, change, reread);
}

Task<absl::StatusOr<v1::Route>> AnswerRoute(Registry& registry, Call& call,
                                            const v1::AnswerRouteRequest& request) {
  const bool accepts = request.decision() == v1::BODY_DECISION_ACCEPT;
  FieldCheck check;
  check.Require(accepts || request.decision() == v1::BODY_DECISION_DECLINE, "decision",
                "must be ACCEPT or DECLINE");
  std::string wrong = CheckText(request.answer(), accepts ? 0 : 1, 500);
  check.Require(wrong.empty(), "answer", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  RouteMove move;
  move.event = accepts ? RouteEvent::kAccept : RouteEvent::kDecline;
  move.answer = request.answer();
  const std::string advice = "its committee calls AcceptTransfer or DeclineTransfer";
  co_return co_await ChangeRoute(registry, call, request, move, advice);
}

Task<absl::StatusOr<v1::Route>> EndRoute(Registry& registry, Call& call,
                                         const v1::EndRouteRequest& request) {
  FieldCheck check;
  RouteMove move;
  move.event = RouteEvent::kEnd;
  move.outcome = RouteOutcomeOf(WordOf("ROUTE_OUTCOME_", request.outcome()));
  move.result = request.result();
  check.Require(move.outcome != RouteOutcome::kNone, "outcome",
                "must be SETTLED, FAILED, NOT_FIT or WITHDRAWN");
  std::string wrong = CheckText(request.result(), 1, 2000);
  check.Require(wrong.empty(), "result", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  const std::string advice = "it ends with the dispute's own steps at the committee";
  co_return co_await ChangeRoute(registry, call, request, move, advice);
}

Task<absl::StatusOr<v1::Route>> WithdrawRoute(Registry& registry, Call& call,
                                              const v1::WithdrawRouteRequest& request) {
  if (std::string wrong = CheckText(request.explanation(), 1, 500); !wrong.empty()) {
    co_return FieldError("explanation", wrong);
  }
  RouteMove move;
  move.event = RouteEvent::kWithdraw;
  move.answer = request.explanation();
  const std::string advice = "call CancelTransfer while it is not answered";
  co_return co_await ChangeRoute(registry, call, request, move, advice);
}

namespace {

Task<absl::StatusOr<v1::ListRoutesResponse>> ListOfDispute(Registry& registry, Call& call,
                                                           const v1::ListRoutesRequest& request,
                                                           RouteFilter filter,
                                                           const std::vector<std::string>& token) {
  auto dispute = co_await ReadVisible(registry, call, "parent", request.parent());
  if (!dispute.ok()) co_return dispute.status();
  filter.dispute = dispute->number;
  if (!token.empty() && !absl::SimpleAtoi(token[0], &filter.after_ordinal)) {
    filter.after_ordinal = 0;
  }
  auto rows = co_await ListRoutes(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListRoutesResponse response;
  if (static_cast<int>(rows->size()) == filter.limit) {
    rows->pop_back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request, {absl::StrCat(rows->back().ordinal)}));
  }
  const bool is_full = SeesAll(call.caller(), *dispute);
  for (const Route& route : *rows) FillRoute(response.add_routes(), route, is_full);
  co_return response;
}

Task<absl::StatusOr<v1::ListRoutesResponse>> ListDue(Registry& registry, Call& call,
                                                     const v1::ListRoutesRequest& request,
                                                     RouteFilter filter,
                                                     const std::vector<std::string>& token) {
  MB_CO_ASSIGN_OR_RETURN(const DisputeFilter scope, ScopedFilter(registry, call.caller(), "", ""));
  filter.centre = scope.organisation;
  filter.division_first = scope.division_first;
  filter.division_last = scope.division_last;
  if (token.size() == 3) {
    std::int64_t micros = 0;
    if (absl::SimpleAtoi(token[0], &micros)) filter.after_time = absl::FromUnixMicros(micros);
    filter.after_dispute = token[1];
    if (!absl::SimpleAtoi(token[2], &filter.after_ordinal)) filter.after_ordinal = 0;
  }
  auto rows = co_await ListDueRoutes(registry.database(call), call.deadline(), filter);
  if (!rows.ok()) co_return rows.status();
  v1::ListRoutesResponse response;
  if (static_cast<int>(rows->size()) == filter.limit) {
    rows->pop_back();
    const Route& last = rows->back();
    response.set_next_page_token(
        MakePageToken(*registry.keys.match, request,
                      {absl::StrCat(absl::ToUnixMicros(last.clock.due_time)), last.dispute,
                       absl::StrCat(last.ordinal)}));
  }
  const bool is_full = !filter.centre.empty() || call.caller().Has(options::v1::ROLE_AUDITOR);
  for (const Route& route : *rows) FillRoute(response.add_routes(), route, is_full);
  co_return response;
}

}  // namespace

Task<absl::StatusOr<v1::ListRoutesResponse>> ListRoutePage(Registry& registry, Call& call,
                                                           const v1::ListRoutesRequest& request) {
  RouteFilter filter;
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  filter.state = WordOf("ROUTE_STATE_", request.state());
  filter.limit = size + 1;
  if (request.parent() == kAnyDispute) {
    co_return co_await ListDue(registry, call, request, filter, token);
  }
  co_return co_await ListOfDispute(registry, call, request, filter, token);
}

}  // namespace maplebridge::registry
