#include "services/docking/domain/confirmation_workflow.h"

#include <array>

namespace maplebridge::docking {
namespace {

using S = ConfirmationState;
using E = ConfirmationEvent;
using A = ConfirmationAuthority;
using C = ClockStep;

// JC: Fa Shi [2011] 5. I: interpretation of the CPL. FF: Fa Fa [2009] 45.
constexpr ConfirmationTransition kTransitions[] = {
    {S::kNone, E::kApply, S::kDraft, A::kParty, C::kStart,
     "within 30 days of the agreement's effect; a matter that may be confirmed; an appointed case",
     "PML 33, CPL 205, SIM 19"},
    {S::kNone, E::kApplyJointly, S::kJointlyApplied, A::kParty, C::kStart,
     "the same, and every party applies", "PML 33, CPL 205, SIM 19"},
    {S::kDraft, E::kJoin, S::kDraft, A::kParty, C::kKeep, "another party has not joined yet",
     "CPL 205"},
    {S::kDraft, E::kApplyJointly, S::kJointlyApplied, A::kParty, C::kKeep,
     "the last party applies, or agrees in writing", "CPL 205, FF 45"},
    {S::kJointlyApplied, E::kSubmit, S::kSubmitted, A::kParty, C::kStart,
     "within the window; the papers are complete; the agreement is the one fed back", "JC 3"},
    {S::kSubmitted, E::kAccept, S::kAccepted, A::kCourt, C::kStart, "the court's number", "JC 4"},
    {S::kSubmitted, E::kDecline, S::kNotAccepted, A::kCourt, C::kStop, "a ground of the list",
     "JC 4, I 355"},
    {S::kAccepted, E::kConfirm, S::kConfirmed, A::kCourt, C::kStop, "the ruling's number",
     "CPL 206"},
    {S::kAccepted, E::kReject, S::kRejected, A::kCourt, C::kStop,
     "a ground of the list; the ruling's number", "JC 7, I 358"},
    {S::kAccepted, E::kDismiss, S::kDismissed, A::kCourt, C::kStop,
     "a ground against acceptance was found", "I 355"},
    {S::kDraft, E::kWithdraw, S::kWithdrawn, A::kParty, C::kStop, "", "JC 5"},
    {S::kJointlyApplied, E::kWithdraw, S::kWithdrawn, A::kParty, C::kStop, "", "JC 5"},
    {S::kSubmitted, E::kWithdraw, S::kWithdrawn, A::kParty, C::kStop, "", "JC 5, I 357"},
    {S::kAccepted, E::kWithdraw, S::kWithdrawn, A::kParty, C::kStop, "before the ruling",
     "JC 5, I 357"},

    {S::kDraft, E::kClockExpired, S::kLapsed, A::kClock, C::kStop, "", "PML 33"},
    {S::kJointlyApplied, E::kClockExpired, S::kLapsed, A::kClock, C::kStop, "", "PML 33"},
    {S::kSubmitted, E::kClockExpired, S::kSubmitted, A::kClock, C::kStart, "the duty stays",
     "JC 4"},
    {S::kAccepted, E::kClockExpired, S::kAccepted, A::kClock, C::kStart, "the duty stays", "JC 5"},
};

constexpr std::string_view kWindowText =
    "30 days from the day the agreement took effect; then LAPSED";

// In the order of ConfirmationState.
constexpr std::array<ConfirmationStateClock, kConfirmationStateCount> kClocks = {{
    {S::kNone, "", ""},
    {S::kDraft, "WINDOW", kWindowText},
    {S::kJointlyApplied, "WINDOW", kWindowText},
    {S::kSubmitted, "ACCEPTANCE",
     "3 days for the court to accept or not; then urged every 3 working days"},
    {S::kAccepted, "RULING",
     "the limit in force on the day of acceptance; then urged every 3 working days"},
    {S::kNotAccepted, "", ""},
    {S::kConfirmed, "", ""},
    {S::kRejected, "", ""},
    {S::kDismissed, "", ""},
    {S::kWithdrawn, "", ""},
    {S::kLapsed, "", ""},
}};

constexpr std::array<std::string_view, kConfirmationStateCount> kStateWords = {
    "",          "DRAFT",    "JOINTLY_APPLIED", "SUBMITTED", "ACCEPTED", "NOT_ACCEPTED",
    "CONFIRMED", "REJECTED", "DISMISSED",       "WITHDRAWN", "LAPSED"};
constexpr std::array<std::string_view, kConfirmationEventCount> kEventWords = {
    "Apply",   "Join",   "ApplyJointly", "Submit",   "Accept",      "Decline",
    "Confirm", "Reject", "Dismiss",      "Withdraw", "ClockExpired"};
constexpr std::array<std::string_view, 3> kAuthorityWords = {"party", "court", "clock"};

}  // namespace

std::span<const ConfirmationTransition> ConfirmationTransitions() { return kTransitions; }
std::span<const ConfirmationStateClock> ConfirmationStateClocks() { return kClocks; }

const ConfirmationTransition* Decide(ConfirmationState from, ConfirmationEvent event, Asker asker) {
  if (asker != Asker::kCaller && asker != Asker::kClock) return nullptr;
  for (const ConfirmationTransition& row : kTransitions) {
    if (row.from == from && row.event == event &&
        (row.authority == A::kClock) == (asker == Asker::kClock)) {
      return &row;
    }
  }
  return nullptr;
}

const ConfirmationStateClock& ClockOf(ConfirmationState state) {
  return kClocks[static_cast<std::size_t>(state)];
}

bool IsFinal(ConfirmationState state) {
  for (const ConfirmationTransition& row : kTransitions) {
    if (row.from == state) return false;
  }
  return true;
}

bool IsWithCourt(ConfirmationState state) {
  return state == S::kSubmitted || state == S::kAccepted;
}

std::string_view Word(ConfirmationState state) {
  return kStateWords[static_cast<std::size_t>(state)];
}
std::string_view Word(ConfirmationEvent event) {
  return kEventWords[static_cast<std::size_t>(event)];
}
std::string_view Word(ConfirmationAuthority authority) {
  return kAuthorityWords[static_cast<std::size_t>(authority)];
}

std::optional<ConfirmationState> ConfirmationStateOf(std::string_view word) {
  for (int i = 1; i < kConfirmationStateCount; ++i) {
    if (kStateWords[static_cast<std::size_t>(i)] == word) return static_cast<ConfirmationState>(i);
  }
  return std::nullopt;
}

}  // namespace maplebridge::docking
