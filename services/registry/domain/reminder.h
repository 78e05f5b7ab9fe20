// What everything with a clock asks of whom, in one table.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace maplebridge::registry {

enum class ReminderKind : std::uint8_t {
  kDispute,
  kTransfer,
  kEscalation,
  kRiskEntry,
  kObservedRisk,
  kMeasure,
  kObligation,
  kRoute,
  kAssistance,
};
inline constexpr std::array kAllReminderKinds = {
    ReminderKind::kDispute,    ReminderKind::kTransfer,     ReminderKind::kEscalation,
    ReminderKind::kRiskEntry,  ReminderKind::kObservedRisk, ReminderKind::kMeasure,
    ReminderKind::kObligation, ReminderKind::kRoute,        ReminderKind::kAssistance};

// Who must act and what is to be done.
struct Duty {
  std::string_view must_act;
  std::string_view action;
};

// Of a kind in a state, by its word; of DISPUTE and risk entries it differs by state. Empty where
// nothing is to be done.
Duty DutyOf(ReminderKind kind, std::string_view state);

// The kinds, among these, in which this one may have to act; all of them for an empty word.
std::vector<ReminderKind> KindsOf(std::string_view must_act);
// The states of disputes in which this one must act; all that have a clock for an empty word.
std::vector<std::string> DisputeStatesOf(std::string_view must_act);

// "DISPUTE".
std::string_view Word(ReminderKind kind);

}  // namespace maplebridge::registry
