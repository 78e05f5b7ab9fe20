#include "services/registry/domain/reminder.h"

#include <array>

#include "services/registry/domain/dispute_workflow.h"

namespace maplebridge::registry {
namespace {

struct ReminderRow {
  ReminderKind kind;
  std::string_view word;
  // Empty where the state decides.
  std::string_view state;
  Duty duty;
};

// The duties of disputes stand with their clocks.
constexpr ReminderRow kRows[] = {
    {ReminderKind::kTransfer, "TRANSFER", "", {"organisation", "accept or decline the offer"}},
    {ReminderKind::kEscalation,
     "ESCALATION",
     "",
     {"bureau", "acknowledge the report and act on it"}},
    {ReminderKind::kRiskEntry, "RISK_ENTRY", "FOUND", {"organisation", "report the risk"}},
    {ReminderKind::kRiskEntry,
     "RISK_ENTRY",
     "REPORTED",
     {"organisation", "bring the risk under control"}},
    {ReminderKind::kRiskEntry, "RISK_ENTRY", "CONTROLLED", {"organisation", "resolve the risk"}},
    {ReminderKind::kObservedRisk,
     "OBSERVED_RISK",
     "",
     {"bureau", "find an organisation for the risk"}},
    {ReminderKind::kMeasure, "MEASURE", "", {"organisation", "carry out the measure"}},
    {ReminderKind::kObligation,
     "OBLIGATION",
     "",
     {"mediator", "ask for the performance and record it"}},
    {ReminderKind::kRoute, "ROUTE", "", {"centre", "have the body's answer, or its outcome"}},
    {ReminderKind::kAssistance,
     "ASSISTANCE",
     "",
     {"organisation", "have the body answer or deliver"}},
};

}  // namespace

Duty DutyOf(ReminderKind kind, std::string_view state) {
  if (kind == ReminderKind::kDispute) {
    for (const DisputeClock& clock : DisputeClocks()) {
      if (Word(clock.state) == state) return {Word(clock.must_act), clock.action};
    }
  }
  for (const ReminderRow& row : kRows) {
    if (row.kind == kind && (row.state.empty() || row.state == state)) return row.duty;
  }
  return {};
}

std::vector<ReminderKind> KindsOf(std::string_view must_act) {
  std::vector<ReminderKind> kinds;
  if (!DisputeStatesOf(must_act).empty()) kinds.push_back(ReminderKind::kDispute);
  for (const ReminderRow& row : kRows) {
    if (!must_act.empty() && row.duty.must_act != must_act) continue;
    if (kinds.empty() || kinds.back() != row.kind) kinds.push_back(row.kind);
  }
  return kinds;
}

std::vector<std::string> DisputeStatesOf(std::string_view must_act) {
  std::vector<std::string> states;
  for (const DisputeClock& clock : DisputeClocks()) {
    if (clock.kind.empty()) continue;
    if (must_act.empty() || Word(clock.must_act) == must_act) {
      states.emplace_back(Word(clock.state));
    }
  }
  return states;
}

std::string_view Word(ReminderKind kind) {
  for (const ReminderRow& row : kRows) {
    if (row.kind == kind) return row.word;
  }
  return "DISPUTE";
}

}  // namespace maplebridge::registry
