// Routes of a dispute from a one-stop centre to kinds of force (Opinion 2-4): what may follow what,
// how long a body has, which force is open to which dispute.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/calendar/deadline.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

enum class ForceKind : std::uint8_t {
  kPeoplesMediation,
  kLawyerMediation,
  kCommercialMediation,
  kIndustryMediation,
  kAdministrativeMediation,
  kArbitration,
  kAdministrativeReconsideration,
};
inline constexpr int kForceKindCount = 7;

enum class RouteState : std::uint8_t {
  kNone,
  kProposed,
  kAccepted,
  kDeclined,
  kLapsed,
  kEnded,
  kWithdrawn,
};
inline constexpr int kRouteStateCount = 7;

enum class RouteEvent : std::uint8_t {
  kPropose,
  kAccept,
  kDecline,
  kEnd,
  kWithdraw,
  kClockExpired,
};
inline constexpr int kRouteEventCount = 6;

enum class RouteOutcome : std::uint8_t { kNone, kSettled, kFailed, kNotFit, kWithdrawn };

struct RouteTransition {
  RouteState from;
  RouteEvent event;
  RouteState to;
};

// How long a body has for its answer, and from its acceptance for the outcome.
struct ForceLimit {
  ForceKind force;
  // Empty: all others.
  std::string_view category;
  calendar::Period answer;
  std::string_view answer_source;
  calendar::Period outcome;
  std::string_view outcome_source;
};

// What counts for whether a force is open to a dispute.
struct RouteCase {
  std::string_view category;
  bool has_arbitration_agreement = false;
  bool has_administrative_organ = false;
};

// What the dispute's own step means for its open route.
struct RouteStep {
  RouteEvent event = RouteEvent::kWithdraw;
  RouteOutcome outcome = RouteOutcome::kNone;
};

std::span<const RouteTransition> RouteTransitions();
// The one place that allows a step; null for every pair outside the table.
const RouteTransition* Decide(RouteState from, RouteEvent event);
// True when no step leaves this state.
bool IsFinal(RouteState state);

std::span<const ForceLimit> ForceLimits();
const ForceLimit& LimitOf(ForceKind force, std::string_view category);

// Empty when the force is open to the dispute; else why not, with the article.
std::string WhyNotOpen(ForceKind force, const RouteCase& route_case);
// True for an organ of the state, by its unified social credit code (GB 32100: registered by the
// establishment authority, kind organ).
bool IsAdministrativeOrgan(const Party& party);
RouteCase RouteCaseOf(const Dispute& dispute, bool has_arbitration_agreement);

// True in the states from which a centre routes a dispute to a body outside.
bool MayRoute(DisputeState state);
// True for the forces that committees of the roster belong to.
bool GoesByTransfer(ForceKind force);
// Of an open route that goes by a transfer, and of one to a body outside; unset when the step means
// nothing for it.
std::optional<RouteStep> StepOfTransferred(RouteState state, DisputeEvent event, DisputeState to);
std::optional<RouteStep> StepOfOutside(DisputeEvent event, DisputeState to);

// Words as stored and in the API.
std::string_view Word(ForceKind force);
std::string_view Word(RouteState state);
std::string_view Word(RouteEvent event);
std::string_view Word(RouteOutcome outcome);
std::optional<ForceKind> ForceKindOf(std::string_view word);
RouteState RouteStateOf(std::string_view word);
RouteOutcome RouteOutcomeOf(std::string_view word);

}  // namespace maplebridge::registry
