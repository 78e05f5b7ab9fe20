#include "services/registry/domain/centre_route.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>

namespace maplebridge::registry {
namespace {

using S = RouteState;
using E = RouteEvent;
using F = ForceKind;
using calendar::DeadlineRule;

constexpr RouteTransition kTransitions[] = {
    {S::kNone, E::kPropose, S::kProposed},
    {S::kProposed, E::kAccept, S::kAccepted},
    {S::kProposed, E::kDecline, S::kDeclined},
    {S::kProposed, E::kWithdraw, S::kWithdrawn},
    {S::kProposed, E::kClockExpired, S::kLapsed},
    {S::kAccepted, E::kEnd, S::kEnded},
    {S::kAccepted, E::kWithdraw, S::kWithdrawn},
    // Marks it overdue.
    {S::kAccepted, E::kClockExpired, S::kAccepted},
};

constexpr calendar::Period Working(int days) { return {DeadlineRule::kWorking, days}; }
constexpr calendar::Period Days(int days) { return {DeadlineRule::kCalendar, days}; }

constexpr std::string_view kProjectDefault = "project default";

// The first that fits counts. A limit that no law sets is this project's own, and says so.
constexpr ForceLimit kLimits[] = {
    {F::kArbitration, "LABOUR", Days(5), "劳动争议调解仲裁法 29", Days(45),
     "劳动争议调解仲裁法 43"},
    {F::kArbitration, "FOREST_LAND", Working(5), "农村土地承包经营纠纷调解仲裁法 22", Days(60),
     "农村土地承包经营纠纷调解仲裁法 47"},
    {F::kArbitration, "", Days(5), "仲裁法 2017 年修正 24", Days(120), kProjectDefault},
    {F::kAdministrativeReconsideration, "", Working(5), "行政复议法 30, 88", Days(60),
     "行政复议法 62"},
    {F::kPeoplesMediation, "", Working(3), kProjectDefault, Days(30), kProjectDefault},
    {F::kLawyerMediation, "", Working(3), kProjectDefault, Days(30), kProjectDefault},
    {F::kCommercialMediation, "", Working(3), kProjectDefault, Days(30), kProjectDefault},
    {F::kIndustryMediation, "", Working(3), kProjectDefault, Days(30), kProjectDefault},
    {F::kAdministrativeMediation, "", Working(5), kProjectDefault, Days(60), kProjectDefault},
};

constexpr std::array<std::string_view, kForceKindCount> kForceWords = {
    "PEOPLES_MEDIATION",
    "LAWYER_MEDIATION",
    "COMMERCIAL_MEDIATION",
    "INDUSTRY_MEDIATION",
    "ADMINISTRATIVE_MEDIATION",
    "ARBITRATION",
    "ADMINISTRATIVE_RECONSIDERATION"};
constexpr std::array<std::string_view, kRouteStateCount> kStateWords = {
    "", "PROPOSED", "ACCEPTED", "DECLINED", "LAPSED", "ENDED", "WITHDRAWN"};
constexpr std::array<std::string_view, kRouteEventCount> kEventWords = {
    "RouteDispute", "AcceptRoute", "DeclineRoute", "EndRoute", "WithdrawRoute", "ClockExpired"};
constexpr std::array<std::string_view, 5> kOutcomeWords = {"", "SETTLED", "FAILED", "NOT_FIT",
                                                           "WITHDRAWN"};

template <typename Words>
std::size_t IndexOf(const Words& words, std::string_view word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

// States in which the offer of a transfer may stand.
bool MayBeOffered(DisputeState state) {
  return state == DisputeState::kReported || state == DisputeState::kAccepted ||
         state == DisputeState::kMediating;
}

std::optional<RouteStep> StepOfOffered(DisputeEvent event, DisputeState to) {
  switch (event) {
    case DisputeEvent::kTransfer:
      return RouteStep{E::kAccept, RouteOutcome::kNone};
    case DisputeEvent::kDeclineTransfer:
      return RouteStep{E::kDecline, RouteOutcome::kNone};
    case DisputeEvent::kLapseTransfer:
      return RouteStep{E::kClockExpired, RouteOutcome::kNone};
    case DisputeEvent::kCancelTransfer:
      return RouteStep{E::kWithdraw, RouteOutcome::kNone};
    default:
      if (MayBeOffered(to)) return std::nullopt;
      return RouteStep{E::kWithdraw, RouteOutcome::kNone};
  }
}

}  // namespace

std::span<const RouteTransition> RouteTransitions() { return kTransitions; }

const RouteTransition* Decide(RouteState from, RouteEvent event) {
  for (const RouteTransition& row : kTransitions) {
    if (row.from == from && row.event == event) return &row;
  }
  return nullptr;
}

bool IsFinal(RouteState state) {
  return std::none_of(std::begin(kTransitions), std::end(kTransitions),
                      [state](const RouteTransition& row) { return row.from == state; });
}

std::span<const ForceLimit> ForceLimits() { return kLimits; }

const ForceLimit& LimitOf(ForceKind force, std::string_view category) {
  // Every force has a row for all categories.
  return *std::find_if(std::begin(kLimits), std::end(kLimits), [&](const ForceLimit& row) {
    return row.force == force && (row.category.empty() || row.category == category);
  });
}

std::string WhyNotOpen(ForceKind force, const RouteCase& route_case) {
  if (force == F::kArbitration) {
    // Labour and rural land go to arbitration without an agreement to arbitrate.
    if (route_case.category == "LABOUR" || route_case.category == "FOREST_LAND") return "";
    if (route_case.category == "MARRIAGE_FAMILY") {
      return "marriage, support and succession are not to be arbitrated (仲裁法 2017 年修正 3); "
             "mediate or sue";
    }
    if (route_case.has_arbitration_agreement) return "";
    return "arbitration needs an agreement to arbitrate (仲裁法 2017 年修正 4), or a labour or "
           "rural land "
           "dispute (劳动争议调解仲裁法 5, 农村土地承包经营纠纷调解仲裁法 4); say where the "
           "agreement stands in route.arbitration_agreement";
  }
  if (force == F::kAdministrativeReconsideration) {
    if (route_case.category == "LAND_ACQUISITION" || route_case.has_administrative_organ) return "";
    return "reconsideration is of acts of administrative organs (行政复议法 2, 11); no organ of "
           "the state is a party by its credit code, and it is no dispute on expropriation";
  }
  return "";
}

bool IsAdministrativeOrgan(const Party& party) {
  return party.identity_kind == IdentityKind::kSocialCredit &&
         absl::StartsWith(party.identity_number, "11");
}

RouteCase RouteCaseOf(const Dispute& dispute, bool has_arbitration_agreement) {
  return {dispute.category, has_arbitration_agreement,
          std::any_of(dispute.parties.begin(), dispute.parties.end(), &IsAdministrativeOrgan)};
}

bool MayRoute(DisputeState state) {
  switch (state) {
    case DisputeState::kReported:
    case DisputeState::kAccepted:
    case DisputeState::kMediating:
    case DisputeState::kSuspended:
    case DisputeState::kClosedDeclined:
    case DisputeState::kClosedFailed:
      return true;
    default:
      return false;
  }
}

bool GoesByTransfer(ForceKind force) {
  return force == F::kPeoplesMediation || force == F::kIndustryMediation;
}

std::optional<RouteStep> StepOfTransferred(RouteState state, DisputeEvent event, DisputeState to) {
  if (state == S::kProposed) return StepOfOffered(event, to);
  // Handed on by the body itself.
  if (event == DisputeEvent::kTransfer) return RouteStep{E::kEnd, RouteOutcome::kNotFit};
  switch (to) {
    case DisputeState::kAgreed:
      return RouteStep{E::kEnd, RouteOutcome::kSettled};
    case DisputeState::kClosedFailed:
      return RouteStep{E::kEnd, RouteOutcome::kFailed};
    case DisputeState::kClosedDeclined:
      return RouteStep{E::kEnd, RouteOutcome::kNotFit};
    case DisputeState::kClosedWithdrawn:
      return RouteStep{E::kEnd, RouteOutcome::kWithdrawn};
    case DisputeState::kClosedMerged:
      return RouteStep{E::kWithdraw, RouteOutcome::kNone};
    default:
      return std::nullopt;
  }
}

std::optional<RouteStep> StepOfOutside(DisputeEvent event, DisputeState to) {
  if (MayRoute(to) && event != DisputeEvent::kTransfer) return std::nullopt;
  return RouteStep{E::kWithdraw, RouteOutcome::kNone};
}

std::string_view Word(ForceKind force) { return kForceWords[static_cast<std::size_t>(force)]; }
std::string_view Word(RouteState state) { return kStateWords[static_cast<std::size_t>(state)]; }
std::string_view Word(RouteEvent event) { return kEventWords[static_cast<std::size_t>(event)]; }
std::string_view Word(RouteOutcome outcome) {
  return kOutcomeWords[static_cast<std::size_t>(outcome)];
}

std::optional<ForceKind> ForceKindOf(std::string_view word) {
  const std::size_t index = IndexOf(kForceWords, word);
  if (index == kForceWords.size()) return std::nullopt;
  return static_cast<ForceKind>(index);
}

RouteState RouteStateOf(std::string_view word) {
  const std::size_t index = IndexOf(kStateWords, word);
  return index == kStateWords.size() ? S::kNone : static_cast<RouteState>(index);
}

RouteOutcome RouteOutcomeOf(std::string_view word) {
  const std::size_t index = IndexOf(kOutcomeWords, word);
  return index == kOutcomeWords.size() ? RouteOutcome::kNone : static_cast<RouteOutcome>(index);
}

}  // namespace maplebridge::registry
