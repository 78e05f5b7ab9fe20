// The life of an application for judicial confirmation as one table (JC, CPL 205-206 and the
// interpretation's art. 353-358).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "services/docking/domain/referral_workflow.h"

namespace maplebridge::docking {

enum class ConfirmationState : std::uint8_t {
  kNone,
  kDraft,
  kJointlyApplied,
  kSubmitted,
  kAccepted,
  kNotAccepted,
  kConfirmed,
  kRejected,
  kDismissed,
  kWithdrawn,
  kLapsed,
};
inline constexpr int kConfirmationStateCount = 11;

enum class ConfirmationEvent : std::uint8_t {
  kApply,
  kJoin,
  kApplyJointly,
  kSubmit,
  kAccept,
  kDecline,
  kConfirm,
  kReject,
  kDismiss,
  kWithdraw,
  kClockExpired,
};
inline constexpr int kConfirmationEventCount = 11;

enum class ConfirmationAuthority : std::uint8_t { kParty, kCourt, kClock };

struct ConfirmationTransition {
  ConfirmationState from;
  ConfirmationEvent event;
  ConfirmationState to;
  ConfirmationAuthority authority;
  ClockStep clock;
  std::string_view guard;
  std::string_view source;
};

struct ConfirmationStateClock {
  ConfirmationState state;
  // Word of the clock; empty in a final state.
  std::string_view kind;
  std::string_view description;
};

inline constexpr std::string_view kConfirmationWorkflowVersion = "2026-11";

std::span<const ConfirmationTransition> ConfirmationTransitions();
std::span<const ConfirmationStateClock> ConfirmationStateClocks();

// Null when the pair is not in the table, or not for this asker (kCaller or kClock).
const ConfirmationTransition* Decide(ConfirmationState from, ConfirmationEvent event, Asker asker);

const ConfirmationStateClock& ClockOf(ConfirmationState state);
bool IsFinal(ConfirmationState state);
// With the court, so that the referral's window does not run out under it.
bool IsWithCourt(ConfirmationState state);

std::string_view Word(ConfirmationState state);
std::string_view Word(ConfirmationEvent event);
std::string_view Word(ConfirmationAuthority authority);
std::optional<ConfirmationState> ConfirmationStateOf(std::string_view word);

}  // namespace maplebridge::docking
