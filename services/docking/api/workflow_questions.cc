#include "services/docking/api/workflow_questions.h"

#include "services/docking/domain/confirmation_workflow.h"

namespace maplebridge::docking {
namespace {

std::string GuardText(const ReferralTransition& row) {
  std::string guard(row.guard);
  if (row.kind == KindGuard::kAny) return guard;
  guard += guard.empty() ? "" : "; ";
  guard += row.kind == KindGuard::kAppointed ? "appointed" : "entrusted";
  return guard;
}

// Both tables have rows of the same columns.
template <typename Row>
void AddTransition(type::v1::Workflow* workflow, const Row& row, std::string guard) {
  type::v1::Transition* transition = workflow->add_transitions();
  transition->set_from(std::string(Word(row.from)));
  transition->set_event(std::string(Word(row.event)));
  transition->set_to(std::string(Word(row.to)));
  transition->set_authority(std::string(Word(row.authority)));
  transition->set_guard(std::move(guard));
  transition->set_source(std::string(row.source));
}

void AddState(type::v1::Workflow* workflow, std::string_view state, std::string clock,
              bool is_final) {
  type::v1::WorkflowState* target = workflow->add_states();
  target->set_state(std::string(state));
  target->set_clock(std::move(clock));
  target->set_final(is_final);
}

}  // namespace

Task<absl::StatusOr<type::v1::Workflow>> DescribeReferralWorkflow(
    Docking&, Call&, const v1::DescribeReferralWorkflowRequest&) {
  type::v1::Workflow workflow;
  workflow.set_version(std::string(kReferralWorkflowVersion));
  for (const ReferralStateClock& clock : ReferralStateClocks()) {
    if (clock.state == ReferralState::kNone) continue;
    AddState(&workflow, Word(clock.state), std::string(clock.description), IsFinal(clock.state));
  }
  for (const ReferralTransition& row : ReferralTransitions()) {
    AddTransition(&workflow, row, GuardText(row));
  }
  co_return workflow;
}

Task<absl::StatusOr<type::v1::Workflow>> DescribeConfirmationWorkflow(
    Docking&, Call&, const v1::DescribeConfirmationWorkflowRequest&) {
  type::v1::Workflow workflow;
  workflow.set_version(std::string(kConfirmationWorkflowVersion));
  for (const ConfirmationStateClock& clock : ConfirmationStateClocks()) {
    if (clock.state == ConfirmationState::kNone) continue;
    const std::string kind(clock.kind);
    AddState(&workflow, Word(clock.state),
             kind.empty() ? kind : kind + ": " + std::string(clock.description),
             IsFinal(clock.state));
  }
  for (const ConfirmationTransition& row : ConfirmationTransitions()) {
    AddTransition(&workflow, row, std::string(row.guard));
  }
  co_return workflow;
}

}  // namespace maplebridge::docking
