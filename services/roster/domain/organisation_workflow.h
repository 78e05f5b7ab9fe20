// The life of a mediation organisation as a table: state x event, total. What is not in the table
// is refused. Laid beside the People's Mediation Law (PML) art. 7-10.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace maplebridge::roster {

enum class OrganisationState { kDraft, kFiled, kPublished, kSuspended, kRevoked };
inline constexpr std::array kOrganisationStates = {
    OrganisationState::kDraft, OrganisationState::kFiled, OrganisationState::kPublished,
    OrganisationState::kSuspended, OrganisationState::kRevoked};

// ChangeMembers is a mediator added, changed or ended. ClockExpired is the end of the state's
// clock.
enum class OrganisationEvent {
  kFile,
  kPublish,
  kSuspend,
  kReinstate,
  kRevoke,
  kChangeMembers,
  kClockExpired
};
inline constexpr std::array kOrganisationEvents = {
    OrganisationEvent::kFile,        OrganisationEvent::kPublish, OrganisationEvent::kSuspend,
    OrganisationEvent::kReinstate,   OrganisationEvent::kRevoke,  OrganisationEvent::kChangeMembers,
    OrganisationEvent::kClockExpired};

// Words used in the database, in the feed and in the described workflow.
std::string_view Word(OrganisationState state);
std::string_view Word(OrganisationEvent event);
std::optional<OrganisationState> OrganisationStateOf(std::string_view word);

// Version of the table below, as DescribeOrganisationWorkflow answers it.
inline constexpr std::string_view kOrganisationWorkflowVersion = "2026-11";

// Word of the step that makes an organisation; it has no state before and leads to DRAFT.
inline constexpr std::string_view kCreateWord = "Create";
// Word of a mediator's leaving.
inline constexpr std::string_view kEndWord = "End";

struct OrganisationStep {
  OrganisationState from;
  OrganisationEvent event;
  OrganisationState to;
  std::string_view authority;
  std::string_view guard;   // empty when none
  std::string_view source;  // article; empty where it is our own
};

enum class ClockRule { kWorkingDays, kCalendarDays, kMonths };

// The clock that runs in a state from the moment it is entered (or renewed by its own expiry).
struct OrganisationClock {
  OrganisationState state;
  std::string_view kind;  // name of the deadline
  ClockRule rule;
  int count;
  std::string_view expiry;  // what the end of the clock does
};

// All allowed steps, in the order of the story.
std::span<const OrganisationStep> OrganisationSteps();
// One clock for each state that is not final.
std::span<const OrganisationClock> OrganisationClocks();

// The step for `event` from `state`; null when it is refused.
const OrganisationStep* FindStep(OrganisationState state, OrganisationEvent event);
// The clock of `state`; null for a final state.
const OrganisationClock* FindClock(OrganisationState state);
// True when a case may be given to an organisation in this state.
bool MayTakeCases(OrganisationState state);

}  // namespace maplebridge::roster
