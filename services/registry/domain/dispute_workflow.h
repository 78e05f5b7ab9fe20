// The life of a dispute as one table: what may happen in which state, who decides it, on which
// article it rests, and which clock it starts. Law and code are laid side by side in the .cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace maplebridge::registry {

enum class DisputeState : std::uint8_t {
  kNone,
  kReported,
  kAccepted,
  kMediating,
  kConcluding,
  kAgreed,
  kPerformed,
  kClosedDeclined,
  kClosedFailed,
  kClosedWithdrawn,
  kClosedUnperformed,
  kClosedSetAside,
  kArchived,
  kSuspended,
  kClosedMerged,
};
inline constexpr int kDisputeStateCount = 15;

enum class DisputeEvent : std::uint8_t {
  kReport,
  kAccept,
  kDecline,
  kWithdraw,
  kOfferTransfer,
  kTransfer,
  kDeclineTransfer,
  kCancelTransfer,
  kLapseTransfer,
  kAssignMediators,
  kHoldSession,
  kInviteOthers,
  kRecuse,
  kAddParty,
  kChangeParty,
  kPlanSession,
  kWriteMinutes,
  kSuspend,
  kResume,
  kExtend,
  kReportEscalation,
  kDraftAgreement,
  kSignAgreement,
  kConcludeByAgreement,
  kConcludeWithoutAgreement,
  kConfirmAgreed,
  kConfirmFailed,
  kRecordPerformance,
  kCompletePerformance,
  kReversePerformance,
  kUrge,
  kMarkOverdue,
  kReportBreach,
  kAmend,
  kCloseUnperformed,
  kSetAside,
  kMerge,
  kUnmerge,
  kFollowUp,
  kArchive,
  kClockExpired,
  kImport,
};
inline constexpr int kDisputeEventCount = 42;

// Who decides a step. For a dispute that a court referred, docking decides acceptance, refusal,
// extension, withdrawal and the final result; the rest belongs to the registry's own callers.
enum class Authority : std::uint8_t { kParty, kOrganisation, kMediator, kCourt, kDocking, kClock };

// Whether a row is for disputes of our own, for those born of a referral, or for both.
enum class Origin : std::uint8_t { kOwn, kReferral, kBoth };

// What a step does to the clock.
enum class ClockStep : std::uint8_t {
  // The clock at hand runs on.
  kKeep,
  // The clock of the new state starts.
  kStart,
  // The clock of the same state is counted anew (extension, next obligation, reminder).
  kRestart,
  // No clock runs any more.
  kStop,
};

struct DisputeTransition {
  DisputeState from;
  DisputeEvent event;
  Origin origin;
  DisputeState to;
  Authority authority;
  ClockStep clock;
  std::string_view guard;
  std::string_view source;
};

// What runs in a state, and what its end does.
struct DisputeClock {
  DisputeState state;
  // Kind of the deadline row; empty in a final state.
  std::string_view kind;
  // Who must act before it ends, and what is to be done.
  Authority must_act;
  std::string_view action;
  std::string_view description;
};

// Who asks for a step.
enum class Asker : std::uint8_t { kCaller, kDocking, kClock };

enum class Refusal : std::uint8_t { kNone, kStateForbids, kReferralOwned };

struct DisputeDecision {
  // Null exactly when `refusal` is not kNone.
  const DisputeTransition* transition = nullptr;
  Refusal refusal = Refusal::kNone;
};

// Version of the table; changes with every row.
inline constexpr std::string_view kDisputeWorkflowVersion = "2027-01";

std::span<const DisputeTransition> DisputeTransitions();
std::span<const DisputeClock> DisputeClocks();

// The row with these words; null when the table has none.
const DisputeTransition* FindTransition(std::string_view from, std::string_view event,
                                        std::string_view to, std::string_view authority,
                                        std::string_view origin);

// The one place that allows a step. Every pair of state and event outside the table is refused.
DisputeDecision Decide(DisputeState from, DisputeEvent event, bool referral_born, Asker asker);

const DisputeClock& ClockOf(DisputeState state);
bool IsFinal(DisputeState state);

// Words as stored, in events and in the API ("REPORTED", "ConcludeByAgreement", "docking").
std::string_view Word(DisputeState state);
std::string_view Word(DisputeEvent event);
std::string_view Word(Authority authority);
std::string_view Word(Origin origin);
std::optional<DisputeState> DisputeStateOf(std::string_view word);

}  // namespace maplebridge::registry
