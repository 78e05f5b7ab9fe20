// The life of a referral as one table: what may happen in which state, who decides it, for which
// kind of referral, on which article it rests, and what it does to the clock. Law and code are laid
// side by side in the .cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace maplebridge::docking {

enum class ReferralState : std::uint8_t {
  kNone,
  kGuided,
  kConsented,
  kSent,
  kDeclined,
  kAccepted,
  kAgreed,
  kReturned,
  kWithdrawn,
  kClosedRefused,
  kClosedLapsed,
  kClosedRegistered,
  kClosedTrialResumed,
  kClosedConfirmed,
  kClosedSuitWithdrawn,
  kClosedMediationDocument,
  kClosedSettled,
  kClosedUnconfirmed,
  kClosedUnperformed,
  kClosedSetAside,
};
inline constexpr int kReferralStateCount = 20;

enum class ReferralEvent : std::uint8_t {
  kOfferGuidance,
  kConsent,
  kCompleteConsent,
  kRefuse,
  kWithdrawConsent,
  kAddMaterial,
  kSend,
  kAccept,
  kDecline,
  kExtend,
  kWithdraw,
  kOpenDispute,
  kProgress,
  kRecordUndisputedFacts,
  kAgree,
  kReturn,
  kAmend,
  kAcknowledgeFeedback,
  kRegisterCase,
  kResumeTrial,
  kWithdrawSuit,
  kIssueMediationDocument,
  kApplyForConfirmation,
  kEndConfirmation,
  kRefuseConfirmation,
  kConfirm,
  kCloseUnperformed,
  kSetAside,
  kClockExpired,
  kWindowClosed,
  kWindowClosedUnconfirmed,
};
inline constexpr int kReferralEventCount = 31;

// How the court refers 委派 (before filing) or 委托 (after filing).
enum class ReferralKind : std::uint8_t { kUnspecified, kAppointed, kEntrusted };

// Which referrals a row is for.
enum class KindGuard : std::uint8_t { kAny, kAppointed, kEntrusted };

// Who decides a step. kDocking: docking itself, when a confirmation moves.
enum class ReferralAuthority : std::uint8_t { kCourt, kOrganisation, kRegistry, kDocking, kClock };

// What a step does to the clock.
enum class ClockStep : std::uint8_t {
  // The clock at hand runs on.
  kKeep,
  // A clock starts: that of the new state, or another or the same one anew.
  kStart,
  // No clock runs any more.
  kStop,
};

struct ReferralTransition {
  ReferralState from;
  ReferralEvent event;
  KindGuard kind;
  ReferralState to;
  ReferralAuthority authority;
  ClockStep clock;
  std::string_view guard;
  std::string_view source;
};

// The clock of a state, and what its end does; empty in a final state.
struct ReferralStateClock {
  ReferralState state;
  std::string_view description;
};

enum class ReferralRefusal : std::uint8_t { kNone, kStateForbids, kWrongKind };

struct ReferralDecision {
  // Null exactly when `refusal` is not kNone.
  const ReferralTransition* transition = nullptr;
  ReferralRefusal refusal = ReferralRefusal::kNone;
};

// Who asks for a step. kCaller: a court or an organisation.
enum class Asker : std::uint8_t { kCaller, kRegistry, kDocking, kClock };

// Version of the table; changes with every row.
inline constexpr std::string_view kReferralWorkflowVersion = "2026-11";

std::span<const ReferralTransition> ReferralTransitions();
std::span<const ReferralStateClock> ReferralStateClocks();

// The one place that allows a step. Every pair of state and event outside the table is refused.
// `kind`: of the referral, or what it would be by its case number while it has not been sent.
ReferralDecision Decide(ReferralState from, ReferralEvent event, ReferralKind kind, Asker asker);

// True when no step leaves the state.
bool IsFinal(ReferralState state);

// Words as stored, in events and in the API ("GUIDED", "AcknowledgeFeedback", "court").
std::string_view Word(ReferralState state);
std::string_view Word(ReferralEvent event);
std::string_view Word(ReferralKind kind);
std::string_view Word(ReferralAuthority authority);
std::optional<ReferralState> ReferralStateOf(std::string_view word);
ReferralKind ReferralKindOf(std::string_view word);

}  // namespace maplebridge::docking
