// A fact: what is known of one dispute, referral or confirmation, and which of its milestones it
// has passed. A state of the source service says which milestones hold; a correction (a case that
// goes back, an agreement that is set aside) takes milestones away again.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace maplebridge::analytics {

enum class FactKind { kDispute, kReferral, kConfirmation };
inline constexpr std::array kFactKinds = {FactKind::kDispute, FactKind::kReferral,
                                          FactKind::kConfirmation};

// kOpened: reported, sent to an organisation, submitted to the court.
// kAccepted: accepted by the organisation, or by the court.
// kSettled: agreed, or confirmed. kFailed: closed without agreement, returned, or rejected.
// kEnded: no longer open, for whatever reason. kPerformed: every obligation done.
enum class Milestone { kOpened, kAccepted, kSettled, kFailed, kEnded, kPerformed };
inline constexpr std::array kMilestones = {Milestone::kOpened,  Milestone::kAccepted,
                                           Milestone::kSettled, Milestone::kFailed,
                                           Milestone::kEnded,   Milestone::kPerformed};

std::string_view Word(FactKind kind);
std::string_view Word(Milestone milestone);
std::optional<FactKind> FactKindOf(std::string_view word);

struct Fact {
  std::string resource;
  FactKind kind = FactKind::kDispute;
  std::int64_t revision = 0;  // 0: nothing known yet
  std::string division;       // 12 digits
  std::string organisation;   // empty while none is chosen
  std::string court;          // empty when no court is concerned
  std::string category;
  std::string source;
  std::string state;
  std::array<std::optional<absl::Time>, kMilestones.size()> times;

  std::optional<absl::Time>& time(Milestone milestone) {
    return times[static_cast<std::size_t>(milestone)];
  }
  const std::optional<absl::Time>& time(Milestone milestone) const {
    return times[static_cast<std::size_t>(milestone)];
  }
};

// How the fact stands: NOT_OPENED, OPEN, SETTLED, FAILED, or OTHER (declined, withdrawn, …).
std::string_view OutcomeOf(const Fact& fact);

// One change of a resource, as its feed tells it.
struct Change {
  std::string resource;
  FactKind kind = FactKind::kDispute;
  std::int64_t revision = 0;
  absl::Time event_time;
  std::string division;
  std::string organisation;
  std::string court;
  std::string category;
  std::string source;
  std::string to_state;
};

// Milestones as a set of bits.
using MilestoneSet = unsigned;
constexpr MilestoneSet Set(std::same_as<Milestone> auto... milestones) {
  return (0U | ... | (1U << static_cast<unsigned>(milestones)));
}

// What being in a state means: `holds` have been passed (now, if not before), `keeps` stay as they
// are, all others have not been passed.
struct StateMeaning {
  FactKind kind;
  std::string_view state;
  MilestoneSet holds;
  MilestoneSet keeps;
};
std::span<const StateMeaning> StateMeanings();
// Null for a state that is not known; it then changes no milestone.
const StateMeaning* FindStateMeaning(FactKind kind, std::string_view state);

// The fact after `change`. A change that is not newer than the fact changes nothing, so that a
// replay is harmless; the answer then equals `fact`.
Fact Apply(const Fact& fact, const Change& change);

}  // namespace maplebridge::analytics
