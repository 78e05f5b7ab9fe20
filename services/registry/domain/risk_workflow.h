// The life of a risk entry as one table: found, reported, controlled, resolved or escalated, each
// step with its clock ("find, report, control, solve early", Opinion 2-1).
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/calendar/deadline.h"

namespace maplebridge::registry {

enum class RiskState : std::uint8_t {
  kNone,
  kFound,
  kReported,
  kControlled,
  kResolved,
  kEscalated,
};
inline constexpr int kRiskStateCount = 6;

enum class RiskEvent : std::uint8_t {
  kCreate,
  kReport,
  kAddMeasure,
  kCompleteMeasure,
  kControl,
  kResolve,
  kEscalate,
  kObserve,
  kClockExpired,
};
inline constexpr int kRiskEventCount = 9;

struct RiskTransition {
  RiskState from;
  RiskEvent event;
  RiskState to;
  std::string_view guard;
};

struct RiskClock {
  RiskState state;
  // Word of the clock; empty in a final state.
  std::string_view kind;
  calendar::DeadlineRule rule;
  int length;
  std::string_view description;
};

inline constexpr std::string_view kRiskWorkflowVersion = "2026-12";

std::span<const RiskTransition> RiskTransitions();
// Null when the state forbids the event.
const RiskTransition* Decide(RiskState from, RiskEvent event);

const RiskClock& ClockOf(RiskState state);
bool IsFinal(RiskState state);
// The clock of a state that is entered now, and the reminder once it ran out. Not for final states.
absl::StatusOr<calendar::Deadline> StartRiskClock(const calendar::Calendar& calendar,
                                                  RiskState state, absl::Time now);
absl::StatusOr<calendar::Deadline> StartRiskReminder(const calendar::Calendar& calendar,
                                                     absl::Time now);

std::string_view Word(RiskState state);
std::string_view Word(RiskEvent event);
std::optional<RiskState> RiskStateOf(std::string_view word);

}  // namespace maplebridge::registry
