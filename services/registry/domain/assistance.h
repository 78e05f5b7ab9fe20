// What is asked for beside the mediation (Opinion 2-4): a notary, legal aid, an appraisal, a
// psychologist, each with its own clocks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/calendar/deadline.h"
#include "services/registry/domain/dispute_workflow.h"

namespace maplebridge::registry {

enum class AssistanceKind : std::uint8_t { kNotary, kLegalAid, kAppraisal, kPsychologist };
inline constexpr int kAssistanceKindCount = 4;

enum class AssistanceState : std::uint8_t {
  kNone,
  kRequested,
  kAccepted,
  kDelivered,
  kDeclined,
  kCancelled,
};
inline constexpr int kAssistanceStateCount = 6;

enum class AssistanceEvent : std::uint8_t {
  kRequest,
  kAccept,
  kDecline,
  kDeliver,
  kCancel,
  kClockExpired,
};
inline constexpr int kAssistanceEventCount = 6;

struct AssistanceTransition {
  AssistanceState from;
  AssistanceEvent event;
  AssistanceState to;
};

// How long the body has for its answer, and from its acceptance for the delivery.
struct AssistanceLimit {
  AssistanceKind kind;
  calendar::Period answer;
  std::string_view answer_source;
  calendar::Period delivery;
  std::string_view delivery_source;
};

std::span<const AssistanceTransition> AssistanceTransitions();
// The one place that allows a step; null for every pair outside the table.
const AssistanceTransition* Decide(AssistanceState from, AssistanceEvent event);
bool IsFinal(AssistanceState state);

const AssistanceLimit& LimitOf(AssistanceKind kind);
// True in the states of a dispute in which help may be asked for.
bool MayRequestAssistance(DisputeState state);

// Words as stored and in the API.
std::string_view Word(AssistanceKind kind);
std::string_view Word(AssistanceState state);
std::string_view Word(AssistanceEvent event);
std::optional<AssistanceKind> AssistanceKindOf(std::string_view word);
AssistanceState AssistanceStateOf(std::string_view word);

}  // namespace maplebridge::registry
