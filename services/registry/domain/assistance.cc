#include "services/registry/domain/assistance.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace maplebridge::registry {
namespace {

using S = AssistanceState;
using E = AssistanceEvent;
using K = AssistanceKind;
using calendar::DeadlineRule;

constexpr AssistanceTransition kTransitions[] = {
    {S::kNone, E::kRequest, S::kRequested},
    {S::kRequested, E::kAccept, S::kAccepted},
    {S::kRequested, E::kDecline, S::kDeclined},
    {S::kRequested, E::kCancel, S::kCancelled},
    // Marks it overdue, in both states; who asked sees it and asks elsewhere, or waits.
    {S::kRequested, E::kClockExpired, S::kRequested},
    {S::kAccepted, E::kDeliver, S::kDelivered},
    {S::kAccepted, E::kCancel, S::kCancelled},
    {S::kAccepted, E::kClockExpired, S::kAccepted},
};

constexpr calendar::Period Working(int days) { return {DeadlineRule::kWorking, days}; }
constexpr calendar::Period Days(int days) { return {DeadlineRule::kCalendar, days}; }

constexpr std::string_view kProjectDefault = "project default";

// In the order of AssistanceKind. A limit that no law sets is this project's own, and says so.
constexpr std::array<AssistanceLimit, kAssistanceKindCount> kLimits = {{
    {K::kNotary, Working(3), kProjectDefault, Working(15), "公证法 30"},
    {K::kLegalAid, Days(7), "法律援助法 43", Working(30), kProjectDefault},
    {K::kAppraisal, Working(7), "司法鉴定程序通则 13", Working(30), "司法鉴定程序通则 28"},
    {K::kPsychologist, Working(3), kProjectDefault, Working(10), kProjectDefault},
}};

constexpr std::array<std::string_view, kAssistanceKindCount> kKindWords = {
    "NOTARY", "LEGAL_AID", "APPRAISAL", "PSYCHOLOGIST"};
constexpr std::array<std::string_view, kAssistanceStateCount> kStateWords = {
    "", "REQUESTED", "ACCEPTED", "DELIVERED", "DECLINED", "CANCELLED"};
constexpr std::array<std::string_view, kAssistanceEventCount> kEventWords = {
    "RequestAssistance", "AcceptAssistance", "DeclineAssistance",
    "DeliverAssistance", "CancelAssistance", "ClockExpired"};

}  // namespace

std::span<const AssistanceTransition> AssistanceTransitions() { return kTransitions; }

const AssistanceTransition* Decide(AssistanceState from, AssistanceEvent event) {
  for (const AssistanceTransition& row : kTransitions) {
    if (row.from == from && row.event == event) return &row;
  }
  return nullptr;
}

bool IsFinal(AssistanceState state) {
  return std::none_of(std::begin(kTransitions), std::end(kTransitions),
                      [state](const AssistanceTransition& row) { return row.from == state; });
}

const AssistanceLimit& LimitOf(AssistanceKind kind) {
  return kLimits[static_cast<std::size_t>(kind)];
}

bool MayRequestAssistance(DisputeState state) {
  switch (state) {
    case DisputeState::kReported:
    case DisputeState::kAccepted:
    case DisputeState::kMediating:
    case DisputeState::kSuspended:
    case DisputeState::kConcluding:
    // A notary gives an agreement force; legal aid goes on to the lawsuit.
    case DisputeState::kAgreed:
    case DisputeState::kClosedFailed:
      return true;
    default:
      return false;
  }
}

std::string_view Word(AssistanceKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }
std::string_view Word(AssistanceState state) {
  return kStateWords[static_cast<std::size_t>(state)];
}
std::string_view Word(AssistanceEvent event) {
  return kEventWords[static_cast<std::size_t>(event)];
}

std::optional<AssistanceKind> AssistanceKindOf(std::string_view word) {
  const auto* found = std::find(kKindWords.begin(), kKindWords.end(), word);
  if (found == kKindWords.end()) return std::nullopt;
  return static_cast<AssistanceKind>(found - kKindWords.begin());
}

AssistanceState AssistanceStateOf(std::string_view word) {
  const auto* found = std::find(kStateWords.begin(), kStateWords.end(), word);
  return found == kStateWords.end() ? S::kNone
                                    : static_cast<AssistanceState>(found - kStateWords.begin());
}

}  // namespace maplebridge::registry
