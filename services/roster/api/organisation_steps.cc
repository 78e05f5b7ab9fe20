#include "services/roster/api/organisation_steps.h"

#include <absl/strings/str_cat.h>

#include "services/roster/domain/organisation_clock.h"
#include "services/roster/domain/text_rule.h"

namespace maplebridge::roster {
namespace {

// What a step asks for beyond the workflow. The row is locked. May run again in a new transaction,
// so it keeps nothing of its own.
using StepGuard = std::function<Task<absl::Status>(postgres::Transaction&, OpenStep&)>;

template <typename Request>
Task<absl::StatusOr<v1::Organisation>> ChangeOrganisation(const Roster& roster, Call& call,
                                                          const Request& request,
                                                          OrganisationEvent event,
                                                          const StepGuard& guard) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.id, OrganisationIdIn("name", request.name()));
  step_request.etag = request.etag();
  step_request.event = event;
  std::function<Task<absl::StatusOr<v1::Organisation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Organisation>> {
    auto step = co_await BeginStep(transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    absl::Status done = co_await guard(transaction, *step);
    if (!done.ok()) co_return done;
    done = co_await FinishStep(roster, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return OrganisationMessage(step->organisation);
  };
  std::function<Task<absl::StatusOr<v1::Organisation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return RereadOrganisation(transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Organisation>(roster.database(call), call, request, change,
                                                  reread);
}

template <typename Request>
Task<absl::StatusOr<v1::Organisation>> ChangeWithReason(const Roster& roster, Call& call,
                                                        const Request& request,
                                                        OrganisationEvent event) {
  if (std::string wrong = CheckText(request.reason(), 1, 500); !wrong.empty()) {
    co_return FieldError("reason", wrong);
  }
  StepGuard guard = [&](postgres::Transaction&, OpenStep& step) -> Task<absl::Status> {
    step.reason = request.reason();
    co_return absl::OkStatus();
  };
  co_return co_await ChangeOrganisation(roster, call, request, event, guard);
}

// Everything that is missing is named in one answer.
absl::Status IncompleteError(const std::vector<FilingGap>& gaps) {
  std::string subjects, descriptions;
  for (const FilingGap& gap : gaps) {
    absl::StrAppend(&subjects, subjects.empty() ? "" : ", ", std::string(gap.subject));
    absl::StrAppend(&descriptions, descriptions.empty() ? "" : "; ", gap.description);
  }
  return PreconditionError(reason::kFilingIncomplete, subjects, descriptions);
}

}  // namespace

Task<absl::StatusOr<v1::Organisation>> FileOrganisation(
    Roster& roster, Call& call, const v1::FileOrganisationRequest& request) {
  StepGuard guard = [](postgres::Transaction& transaction, OpenStep& step) -> Task<absl::Status> {
    auto members = co_await ReadActiveMembers(transaction, step.organisation.id);
    if (!members.ok()) co_return members.status();
    Filing filing;
    filing.display_name = step.organisation.display_name;
    filing.seal = step.organisation.seal;
    filing.members = *std::move(members);
    const std::vector<FilingGap> gaps = CheckFiling(filing);
    if (!gaps.empty()) co_return IncompleteError(gaps);
    co_return absl::OkStatus();
  };
  co_return co_await ChangeOrganisation(roster, call, request, OrganisationEvent::kFile, guard);
}

Task<absl::StatusOr<v1::Organisation>> PublishOrganisation(
    Roster& roster, Call& call, const v1::PublishOrganisationRequest& request) {
  StepGuard guard = [](postgres::Transaction&, OpenStep&) -> Task<absl::Status> {
    co_return absl::OkStatus();
  };
  co_return co_await ChangeOrganisation(roster, call, request, OrganisationEvent::kPublish, guard);
}

Task<absl::StatusOr<v1::Organisation>> SuspendOrganisation(
    Roster& roster, Call& call, const v1::SuspendOrganisationRequest& request) {
  return ChangeWithReason(roster, call, request, OrganisationEvent::kSuspend);
}

Task<absl::StatusOr<v1::Organisation>> ReinstateOrganisation(
    Roster& roster, Call& call, const v1::ReinstateOrganisationRequest& request) {
  return ChangeWithReason(roster, call, request, OrganisationEvent::kReinstate);
}

Task<absl::StatusOr<v1::Organisation>> RevokeOrganisation(
    Roster& roster, Call& call, const v1::RevokeOrganisationRequest& request) {
  return ChangeWithReason(roster, call, request, OrganisationEvent::kRevoke);
}

Task<absl::StatusOr<type::v1::Workflow>> DescribeOrganisationWorkflow(
    Roster&, Call&, const v1::DescribeOrganisationWorkflowRequest&) {
  type::v1::Workflow workflow;
  workflow.set_version(std::string(kOrganisationWorkflowVersion));
  for (OrganisationState value : kOrganisationStates) {
    type::v1::WorkflowState* state = workflow.add_states();
    state->set_state(std::string(Word(value)));
    const OrganisationClock* clock = FindClock(value);
    if (clock != nullptr) state->set_clock(DescribeClock(*clock));
    state->set_final(clock == nullptr);
  }
  type::v1::Transition* creation = workflow.add_transitions();
  creation->set_event(std::string(kCreateWord));
  creation->set_to(std::string(Word(OrganisationState::kDraft)));
  creation->set_authority("county bureau");
  creation->set_guard("the bureau's place covers the division");
  creation->set_source("PML 7, 8");
  for (const OrganisationStep& step : OrganisationSteps()) {
    type::v1::Transition* transition = workflow.add_transitions();
    transition->set_from(std::string(Word(step.from)));
    transition->set_event(std::string(Word(step.event)));
    transition->set_to(std::string(Word(step.to)));
    transition->set_authority(std::string(step.authority));
    transition->set_guard(std::string(step.guard));
    transition->set_source(std::string(step.source));
  }
  co_return workflow;
}

namespace {

Task<absl::Status> LockExpired(postgres::Transaction& transaction, const DeadlineRow& row) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, OrganisationIdIn("resource", row.resource));
  auto organisation = co_await LockOrganisation(transaction, id);
  co_return organisation.status();
}

Task<absl::Status> ExpireOrganisationClock(const Roster& roster, postgres::Transaction& transaction,
                                           Call& call, const DeadlineRow& row) {
  StepRequest request;
  MB_CO_ASSIGN_OR_RETURN(request.id, OrganisationIdIn("resource", row.resource));
  request.event = OrganisationEvent::kClockExpired;
  request.asker = Asker::kClock;
  auto step = co_await BeginStep(transaction, call, request);
  // A clock that outlived its state has nothing to say.
  if (absl::IsFailedPrecondition(step.status())) co_return absl::OkStatus();
  if (!step.ok()) co_return step.status();
  const OrganisationClock* clock = FindClock(step->from);
  if (clock == nullptr || clock->kind != row.kind) co_return absl::OkStatus();
  co_return co_await FinishStep(roster, transaction, call, &*step);
}

}  // namespace

DeadlineWork ClockWork(std::shared_ptr<const Roster> roster) {
  DeadlineWork work;
  work.lock = &LockExpired;
  work.effect = [roster](postgres::Transaction& transaction, Call& call, const DeadlineRow& row) {
    return ExpireOrganisationClock(*roster, transaction, call, row);
  };
  return work;
}

}  // namespace maplebridge::roster
