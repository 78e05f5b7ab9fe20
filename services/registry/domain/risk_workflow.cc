#include "services/registry/domain/risk_workflow.h"

#include <array>

namespace maplebridge::registry {
namespace {

using S = RiskState;
using E = RiskEvent;
using calendar::DeadlineRule;

constexpr RiskTransition kTransitions[] = {
    {S::kNone, E::kCreate, S::kFound, "place, category, severity, what was found"},
    {S::kFound, E::kReport, S::kReported, ""},
    {S::kReported, E::kControl, S::kControlled, "a measure was carried out"},
    {S::kControlled, E::kResolve, S::kResolved, "every measure was carried out"},

    {S::kFound, E::kAddMeasure, S::kFound, ""},
    {S::kReported, E::kAddMeasure, S::kReported, ""},
    {S::kControlled, E::kAddMeasure, S::kControlled, ""},
    {S::kFound, E::kCompleteMeasure, S::kFound, "not carried out before"},
    {S::kReported, E::kCompleteMeasure, S::kReported, "not carried out before"},
    {S::kControlled, E::kCompleteMeasure, S::kControlled, "not carried out before"},

    {S::kFound, E::kEscalate, S::kEscalated, "a dispute has broken out, fit for mediation"},
    {S::kReported, E::kEscalate, S::kEscalated, "a dispute has broken out, fit for mediation"},
    {S::kControlled, E::kEscalate, S::kEscalated, "a dispute has broken out, fit for mediation"},

    {S::kFound, E::kObserve, S::kFound, "like enough"},
    {S::kReported, E::kObserve, S::kReported, "like enough"},
    {S::kControlled, E::kObserve, S::kControlled, "like enough"},

    {S::kFound, E::kClockExpired, S::kFound, ""},
    {S::kReported, E::kClockExpired, S::kReported, ""},
    {S::kControlled, E::kClockExpired, S::kControlled, ""},
};

// In the order of RiskState.
constexpr std::array<RiskClock, kRiskStateCount> kClocks = {{
    {S::kNone, "", DeadlineRule::kWorking, 0, ""},
    {S::kFound, "report", DeadlineRule::kWorking, 1,
     "1 working day to report; then overdue, and a reminder every 3 working days"},
    {S::kReported, "control", DeadlineRule::kWorking, 3,
     "3 working days to control; then overdue, and a reminder every 3 working days"},
    {S::kControlled, "resolve", DeadlineRule::kCalendar, 30,
     "30 days to resolve; then overdue, and a reminder every 3 working days"},
    {S::kResolved, "", DeadlineRule::kWorking, 0, ""},
    {S::kEscalated, "", DeadlineRule::kWorking, 0, ""},
}};
constexpr int kReminderDays = 3;

constexpr std::array<std::string_view, kRiskStateCount> kStateWords = {
    "", "FOUND", "REPORTED", "CONTROLLED", "RESOLVED", "ESCALATED"};
constexpr std::array<std::string_view, kRiskEventCount> kEventWords = {
    "CreateRiskEntry", "ReportRisk",   "AddMeasure",  "CompleteMeasure", "ControlRisk",
    "ResolveRisk",     "EscalateRisk", "ObserveRisk", "RiskClockExpired"};

}  // namespace

std::span<const RiskTransition> RiskTransitions() { return kTransitions; }

const RiskTransition* Decide(RiskState from, RiskEvent event) {
  for (const RiskTransition& row : kTransitions) {
    if (row.from == from && row.event == event) return &row;
  }
  return nullptr;
}

const RiskClock& ClockOf(RiskState state) { return kClocks[static_cast<std::size_t>(state)]; }

bool IsFinal(RiskState state) {
  for (const RiskTransition& row : kTransitions) {
    if (row.from == state) return false;
  }
  return true;
}

absl::StatusOr<calendar::Deadline> StartRiskClock(const calendar::Calendar& calendar,
                                                  RiskState state, absl::Time now) {
  const RiskClock& clock = ClockOf(state);
  return calendar::CountDeadline(calendar, now, clock.rule, clock.length);
}

absl::StatusOr<calendar::Deadline> StartRiskReminder(const calendar::Calendar& calendar,
                                                     absl::Time now) {
  return calendar::CountDeadline(calendar, now, DeadlineRule::kWorking, kReminderDays);
}

std::string_view Word(RiskState state) { return kStateWords[static_cast<std::size_t>(state)]; }
std::string_view Word(RiskEvent event) { return kEventWords[static_cast<std::size_t>(event)]; }

std::optional<RiskState> RiskStateOf(std::string_view word) {
  for (int i = 1; i < kRiskStateCount; ++i) {
    if (kStateWords[static_cast<std::size_t>(i)] == word) return static_cast<RiskState>(i);
  }
  return std::nullopt;
}

}  // namespace maplebridge::registry
