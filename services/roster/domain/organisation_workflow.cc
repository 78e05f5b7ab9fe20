#include "services/roster/domain/organisation_workflow.h"

namespace maplebridge::roster {
namespace {

using Event = OrganisationEvent;
using State = OrganisationState;

constexpr std::string_view kBureau = "county bureau";
constexpr std::string_view kClock = "clock";

// clang-format off
constexpr OrganisationStep kSteps[] = {
    {State::kDraft,     Event::kChangeMembers, State::kDraft,     kBureau, "one head at most", "PML 8"},
    {State::kDraft,     Event::kFile,          State::kFiled,     kBureau,
     "name ends in 人民调解委员会; seal; 3 to 9 members; exactly one head; a woman member", "PML 8, 10"},
    {State::kDraft,     Event::kRevoke,        State::kRevoked,   kBureau, "reason", ""},
    {State::kDraft,     Event::kClockExpired,  State::kRevoked,   kClock,  "", ""},

    {State::kFiled,     Event::kChangeMembers, State::kFiled,     kBureau, "one head at most", "PML 10"},
    {State::kFiled,     Event::kPublish,       State::kPublished, kBureau, "", "PML 10"},
    {State::kFiled,     Event::kRevoke,        State::kRevoked,   kBureau, "reason", ""},
    {State::kFiled,     Event::kClockExpired,  State::kFiled,     kClock,  "", ""},

    {State::kPublished, Event::kChangeMembers, State::kPublished, kBureau, "one head at most", "PML 10"},
    {State::kPublished, Event::kSuspend,       State::kSuspended, kBureau, "reason", ""},
    {State::kPublished, Event::kRevoke,        State::kRevoked,   kBureau, "reason", ""},
    {State::kPublished, Event::kClockExpired,  State::kPublished, kClock,  "", "PML 9"},

    {State::kSuspended, Event::kChangeMembers, State::kSuspended, kBureau, "one head at most", "PML 10"},
    {State::kSuspended, Event::kReinstate,     State::kPublished, kBureau, "reason", ""},
    {State::kSuspended, Event::kRevoke,        State::kRevoked,   kBureau, "reason", ""},
    {State::kSuspended, Event::kClockExpired,  State::kSuspended, kClock,  "", ""},
};

constexpr OrganisationClock kClocks[] = {
    {State::kDraft,     "DRAFT_LAPSE",      ClockRule::kCalendarDays, 180,
     "the draft lapses: REVOKED, nothing was on file"},
    {State::kFiled,     "PUBLICATION",      ClockRule::kWorkingDays,  20,
     "the county bureau is reminded to publish or revoke; the clock starts again"},
    {State::kPublished, "TERM",             ClockRule::kMonths,       36,
     "the committee's term of 3 years is over: re-election is due; the clock starts again"},
    {State::kSuspended, "SUSPENSION_REVIEW", ClockRule::kMonths,      6,
     "the county bureau is reminded to reinstate or revoke; the clock starts again"},
};
// clang-format on

}  // namespace

std::string_view Word(OrganisationState state) {
  switch (state) {
    case State::kDraft:
      return "DRAFT";
    case State::kFiled:
      return "FILED";
    case State::kPublished:
      return "PUBLISHED";
    case State::kSuspended:
      return "SUSPENDED";
    case State::kRevoked:
      return "REVOKED";
  }
  return "";
}

std::string_view Word(OrganisationEvent event) {
  switch (event) {
    case Event::kFile:
      return "File";
    case Event::kPublish:
      return "Publish";
    case Event::kSuspend:
      return "Suspend";
    case Event::kReinstate:
      return "Reinstate";
    case Event::kRevoke:
      return "Revoke";
    case Event::kChangeMembers:
      return "ChangeMembers";
    case Event::kClockExpired:
      return "ClockExpired";
  }
  return "";
}

std::optional<OrganisationState> OrganisationStateOf(std::string_view word) {
  for (State state : kOrganisationStates) {
    if (Word(state) == word) return state;
  }
  return std::nullopt;
}

std::span<const OrganisationStep> OrganisationSteps() { return kSteps; }
std::span<const OrganisationClock> OrganisationClocks() { return kClocks; }

const OrganisationStep* FindStep(OrganisationState state, OrganisationEvent event) {
  for (const OrganisationStep& step : kSteps) {
    if (step.from == state && step.event == event) return &step;
  }
  return nullptr;
}

const OrganisationClock* FindClock(OrganisationState state) {
  for (const OrganisationClock& clock : kClocks) {
    if (clock.state == state) return &clock;
  }
  return nullptr;
}

bool MayTakeCases(OrganisationState state) { return state == State::kPublished; }

}  // namespace maplebridge::roster
