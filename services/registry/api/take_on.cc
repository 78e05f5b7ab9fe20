#include "services/registry/api/take_on.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "services/registry/api/change_dispute.h"
#include "services/registry/api/parties.h"
#include "services/registry/api/roster_peer.h"
#include "services/registry/api/words.h"
#include "services/registry/store/course_store.h"

namespace maplebridge::registry {
namespace {

constexpr int kMostMediators = 10;

// Competent by place: its division covers the dispute's, or lies in the same county; for an
// industry's committee in the same city.
bool IsCompetent(const roster::v1::Organisation& organisation, const Dispute& dispute) {
  auto place = division::DivisionCode::Parse(organisation.division());
  const auto at = division::DivisionCode::FromNumber(dispute.division);
  const auto reach = organisation.kind() == roster::v1::ORGANISATION_KIND_INDUSTRY
                         ? division::Level::kCity
                         : division::Level::kCounty;
  return place.ok() && (place->Contains(at) || place->At(reach) == at.At(reach));
}

struct AskedMediators {
  roster::v1::Organisation organisation;
  std::vector<std::string> names;
};

absl::StatusOr<std::string> OrganisationOf(const v1::AssignMediatorsRequest& request) {
  FieldCheck check;
  check.Require(request.mediators_size() <= kMostMediators, "mediators", "must be 1 to 10");
  std::set<std::string> seen;
  std::string organisation;
  for (int i = 0; i < request.mediators_size(); ++i) {
    const std::string field = absl::StrCat("mediators[", i, "]");
    std::vector<std::string> parts = NameParts("organisations/*/mediators/*", request.mediators(i));
    if (parts.empty()) {
      check.Add(field, "must be organisations/{id}/mediators/{id}");
      continue;
    }
    const std::string own = "organisations/" + parts[0];
    if (organisation.empty()) organisation = own;
    check.Require(own == organisation, field, "is of another organisation than the first");
    check.Require(seen.insert(request.mediators(i)).second, field, "is named twice");
  }
  MB_RETURN_IF_ERROR(check.status());
  return organisation;
}

Task<absl::StatusOr<AskedMediators>> AskAll(const Registry& registry, const Call& call,
                                            const std::string& organisation,
                                            const v1::AssignMediatorsRequest& request) {
  AskedMediators asked;
  auto found = co_await AskOrganisation(registry, call, organisation);
  if (!found.ok()) co_return found.status();
  asked.organisation = *std::move(found);
  for (const std::string& name : request.mediators()) {
    auto mediator = co_await AskMediator(registry, call, name);
    if (!mediator.ok()) co_return mediator.status();
    if (mediator->state() != roster::v1::MEDIATOR_STATE_ACTIVE) {
      co_return PreconditionError(reason::kGuardFailed, name,
                                  "is not active on the roster; assign another mediator");
    }
    asked.names.push_back(mediator->display_name());
  }
  co_return asked;
}

// A mediator whom a party had recused does not come back.
Task<absl::Status> CheckNotRecused(postgres::Transaction& transaction, const Dispute& dispute,
                                   const v1::AssignMediatorsRequest& request) {
  if (dispute.recusal_count == 0) co_return absl::OkStatus();
  auto recused = co_await RecusedMediators(transaction, dispute.number);
  if (!recused.ok()) co_return recused.status();
  for (const std::string& mediator : *recused) {
    const auto& asked = request.mediators();
    if (std::find(asked.begin(), asked.end(), mediator) != asked.end()) {
      co_return PreconditionError(reason::kGuardFailed, mediator,
                                  "left this dispute by a party's objection; assign another");
    }
  }
  co_return absl::OkStatus();
}

}  // namespace

absl::Status CheckTakesOn(const roster::v1::Organisation& organisation, const Dispute& dispute) {
  if (organisation.state() != roster::v1::ORGANISATION_STATE_PUBLISHED) {
    return PreconditionError(reason::kOrganisationNotPublished, organisation.name(),
                             "takes no cases: it is not published, or suspended or revoked; choose "
                             "another organisation");
  }
  if (!IsCompetent(organisation, dispute)) {
    return PreconditionError(reason::kGuardFailed, organisation.name(),
                             "is competent neither by place nor by industry; the dispute is for an "
                             "organisation of its county");
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<v1::Dispute>> AcceptDispute(Registry& registry, Call& call,
                                                const v1::AcceptDisputeRequest& request) {
  const std::string organisation =
      request.organisation().empty() ? call.caller().organisation : request.organisation();
  MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), organisation));
  auto asked = co_await AskOrganisation(registry, call, organisation);
  if (!asked.ok()) co_return asked.status();
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    if (!step.dispute.organisation.empty() && step.dispute.organisation != organisation) {
      co_return NotFoundError(step.dispute.name());
    }
    MB_CO_RETURN_IF_ERROR(CheckTakesOn(*asked, step.dispute));
    step.dispute.organisation = organisation;
    step.dispute.organisation_name = asked->display_name();
    step.dispute.accept_time = call.now();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kAccept, body);
}

Task<absl::StatusOr<v1::Dispute>> DeclineDispute(Registry& registry, Call& call,
                                                 const v1::DeclineDisputeRequest& request) {
  if (std::string wrong = CheckText(request.advice(), 1, 500); !wrong.empty()) {
    co_return FieldError("advice", wrong);
  }
  StepBody body = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    step.dispute.decline_reason = WordOf("DECLINE_REASON_", request.reason());
    step.dispute.decline_advice = request.advice();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kDecline, body);
}

Task<absl::StatusOr<v1::Dispute>> AssignMediators(Registry& registry, Call& call,
                                                  const v1::AssignMediatorsRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string organisation, OrganisationOf(request));
  MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), organisation));
  auto asked = co_await AskAll(registry, call, organisation, request);
  if (!asked.ok()) co_return asked.status();
  StepBody body = [&](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    if (step.dispute.organisation != organisation) {
      co_return PreconditionError(reason::kGuardFailed, organisation,
                                  "is not the organisation that handles this dispute");
    }
    absl::Status free = co_await CheckNotRecused(transaction, step.dispute, request);
    if (!free.ok()) co_return free;
    free = co_await CheckGuardians(registry, transaction, call, &step.dispute);
    if (!free.ok()) co_return free;
    step.dispute.organisation_name = asked->organisation.display_name();
    step.dispute.mediators.assign(request.mediators().begin(), request.mediators().end());
    step.dispute.mediator_names = asked->names;
    co_return absl::OkStatus();
  };
  co_return co_await ChangeDispute(registry, call, request, DisputeEvent::kAssignMediators, body);
}

}  // namespace maplebridge::registry
