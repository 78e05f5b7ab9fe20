#include "services/docking/domain/referral_workflow.h"

#include <array>

namespace maplebridge::docking {
namespace {

using S = ReferralState;
using E = ReferralEvent;
using K = KindGuard;
using A = ReferralAuthority;
using C = ClockStep;

// Opinion: SF [2023] No. 1. PML: People's Mediation Law. CPL: Civil Procedure Law (2023).
// SIM: Fa Shi [2016] 14.
constexpr ReferralTransition kTransitions[] = {
    // Guidance and consent.
    {S::kNone, E::kOfferGuidance, K::kAny, S::kGuided, A::kCourt, C::kStart,
     "characteristics and advantages explained; two parties or more on two sides", "Opinion 3-1"},
    {S::kGuided, E::kConsent, K::kAny, S::kGuided, A::kCourt, C::kKeep,
     "another party has not consented yet", "Opinion 3-2, PML 17"},
    {S::kGuided, E::kCompleteConsent, K::kAny, S::kConsented, A::kCourt, C::kStart,
     "every party has consented", "Opinion 3-2, PML 17"},
    {S::kGuided, E::kRefuse, K::kAny, S::kClosedRefused, A::kCourt, C::kStart, "", "PML 17"},
    {S::kGuided, E::kWithdrawConsent, K::kAny, S::kClosedRefused, A::kCourt, C::kStart,
     "the party had consented", "PML 17, 23"},
    {S::kConsented, E::kWithdrawConsent, K::kAny, S::kClosedRefused, A::kCourt, C::kStart,
     "the party had consented", "PML 17, 23"},
    {S::kSent, E::kWithdrawConsent, K::kAny, S::kClosedRefused, A::kCourt, C::kStart,
     "the party had consented", "PML 17, 23"},
    {S::kDeclined, E::kWithdrawConsent, K::kAny, S::kClosedRefused, A::kCourt, C::kStart,
     "the party had consented", "PML 17, 23"},
    {S::kAccepted, E::kWithdrawConsent, K::kAny, S::kReturned, A::kCourt, C::kStart,
     "the party had consented", "PML 23, 26, SIM 26"},

    // Sending.
    {S::kGuided, E::kAddMaterial, K::kAny, S::kGuided, A::kCourt, C::kKeep,
     "the bytes have the digest announced", "Opinion 3-2"},
    {S::kConsented, E::kAddMaterial, K::kAny, S::kConsented, A::kCourt, C::kKeep,
     "the bytes have the digest announced", "Opinion 3-2"},
    {S::kDeclined, E::kAddMaterial, K::kAny, S::kDeclined, A::kCourt, C::kKeep,
     "the bytes have the digest announced", "Opinion 3-2"},
    {S::kConsented, E::kSend, K::kAny, S::kSent, A::kCourt, C::kStart,
     "organisation published; on the court's roster when the court chose it; kind fits the number",
     "Opinion 3-2, SIM 9-12"},
    {S::kDeclined, E::kSend, K::kAny, S::kSent, A::kCourt, C::kStart,
     "organisation published; on the court's roster when the court chose it; kind fits the number",
     "Opinion 3-2, SIM 9-12"},
    {S::kSent, E::kAccept, K::kAny, S::kAccepted, A::kOrganisation, C::kStart,
     "signs for the materials", "SIM 27"},
    {S::kSent, E::kDecline, K::kAny, S::kDeclined, A::kOrganisation, C::kStart,
     "reason from the list", "SIM 12"},

    // Taking back.
    {S::kGuided, E::kWithdraw, K::kAny, S::kWithdrawn, A::kCourt, C::kStop, "reason", "PML 23"},
    {S::kConsented, E::kWithdraw, K::kAny, S::kWithdrawn, A::kCourt, C::kStop, "reason", "PML 23"},
    {S::kSent, E::kWithdraw, K::kAny, S::kWithdrawn, A::kCourt, C::kStop, "reason", "PML 23"},
    {S::kDeclined, E::kWithdraw, K::kAny, S::kWithdrawn, A::kCourt, C::kStop, "reason", "PML 23"},
    {S::kAccepted, E::kWithdraw, K::kAny, S::kWithdrawn, A::kCourt, C::kStop, "reason", "PML 23"},

    // In mediation. The registry leads the dispute; what it reports is mirrored here.
    {S::kAccepted, E::kExtend, K::kAny, S::kAccepted, A::kOrganisation, C::kStart,
     "every party consents in writing; the new day is later", "SIM 27"},
    {S::kAccepted, E::kOpenDispute, K::kAny, S::kAccepted, A::kRegistry, C::kKeep,
     "the registry opened the dispute", ""},
    {S::kAccepted, E::kProgress, K::kAny, S::kAccepted, A::kRegistry, C::kKeep, "", "Opinion 3-3"},
    {S::kAccepted, E::kRecordUndisputedFacts, K::kAny, S::kAccepted, A::kOrganisation, C::kKeep,
     "every party accepts each fact and has signed", "Opinion 3-3"},
    {S::kAccepted, E::kAgree, K::kAny, S::kAgreed, A::kRegistry, C::kStart,
     "the agreement is in effect", "Opinion 3-3, SIM 19-20"},
    {S::kAccepted, E::kReturn, K::kAny, S::kReturned, A::kRegistry, C::kStart,
     "concluded without agreement; materials read again", "Opinion 3-3, SIM 22, 26"},

    // After an agreement.
    {S::kAgreed, E::kAcknowledgeFeedback, K::kAny, S::kAgreed, A::kCourt, C::kStart,
     "not acknowledged before", "Opinion 3-3"},
    {S::kAgreed, E::kProgress, K::kAny, S::kAgreed, A::kRegistry, C::kKeep, "", "Opinion 3-3"},
    {S::kAgreed, E::kAmend, K::kAny, S::kAgreed, A::kRegistry, C::kStart,
     "a new agreement is in effect", "PML 28-30"},
    {S::kAgreed, E::kApplyForConfirmation, K::kAppointed, S::kAgreed, A::kDocking, C::kKeep,
     "within the window; no application under way", "PML 33, CPL 205, SIM 19"},
    {S::kAgreed, E::kEndConfirmation, K::kAppointed, S::kAgreed, A::kDocking, C::kStart,
     "the application was withdrawn or lapsed", "JC 5, CPL interpretation 357"},
    {S::kAgreed, E::kRefuseConfirmation, K::kAppointed, S::kAgreed, A::kDocking, C::kStart,
     "the application was not accepted, rejected or dismissed", "CPL 206, PML 33"},
    {S::kAgreed, E::kConfirm, K::kAppointed, S::kClosedConfirmed, A::kDocking, C::kStop,
     "the court's ruling confirms the agreement", "CPL 206, PML 33"},
    {S::kAgreed, E::kWithdrawSuit, K::kEntrusted, S::kClosedSuitWithdrawn, A::kCourt, C::kStop,
     "withdrawal of the suit was allowed", "SIM 20"},
    {S::kAgreed, E::kIssueMediationDocument, K::kEntrusted, S::kClosedMediationDocument, A::kCourt,
     C::kStop, "the court reviewed the agreement", "SIM 20"},
    {S::kAgreed, E::kCloseUnperformed, K::kAny, S::kClosedUnperformed, A::kRegistry, C::kStop,
     "the registry closed the dispute as unperformed", "PML 32"},
    {S::kAgreed, E::kSetAside, K::kAny, S::kClosedSetAside, A::kRegistry, C::kStop,
     "the agreement was set aside", "PML 32"},

    // The court takes the case up again.
    {S::kReturned, E::kRegisterCase, K::kAppointed, S::kClosedRegistered, A::kCourt, C::kStop,
     "the number is that of a filed case", "CPL 126, SIM 22"},
    {S::kClosedRefused, E::kRegisterCase, K::kAppointed, S::kClosedRegistered, A::kCourt, C::kStop,
     "the number is that of a filed case", "CPL 126, Opinion 3-2"},
    {S::kClosedLapsed, E::kRegisterCase, K::kAppointed, S::kClosedRegistered, A::kCourt, C::kStop,
     "the number is that of a filed case", "CPL 126"},
    {S::kReturned, E::kResumeTrial, K::kEntrusted, S::kClosedTrialResumed, A::kCourt, C::kStop, "",
     "SIM 22"},
    {S::kClosedRefused, E::kResumeTrial, K::kEntrusted, S::kClosedTrialResumed, A::kCourt, C::kStop,
     "", "SIM 22"},
    {S::kClosedLapsed, E::kResumeTrial, K::kEntrusted, S::kClosedTrialResumed, A::kCourt, C::kStop,
     "", "SIM 22"},

    // The registry opens the dispute after the case was taken away, or goes on after docking's part
    // has ended: mirrored, the state stays.
    {S::kReturned, E::kOpenDispute, K::kAny, S::kReturned, A::kRegistry, C::kKeep, "", ""},
    {S::kWithdrawn, E::kOpenDispute, K::kAny, S::kWithdrawn, A::kRegistry, C::kKeep, "", ""},
    {S::kClosedRegistered, E::kOpenDispute, K::kAny, S::kClosedRegistered, A::kRegistry, C::kKeep,
     "", ""},
    {S::kClosedTrialResumed, E::kOpenDispute, K::kAny, S::kClosedTrialResumed, A::kRegistry,
     C::kKeep, "", ""},
    {S::kClosedConfirmed, E::kProgress, K::kAny, S::kClosedConfirmed, A::kRegistry, C::kKeep, "",
     ""},
    {S::kClosedSuitWithdrawn, E::kProgress, K::kAny, S::kClosedSuitWithdrawn, A::kRegistry,
     C::kKeep, "", ""},
    {S::kClosedMediationDocument, E::kProgress, K::kAny, S::kClosedMediationDocument, A::kRegistry,
     C::kKeep, "", ""},
    {S::kClosedSettled, E::kProgress, K::kAny, S::kClosedSettled, A::kRegistry, C::kKeep, "", ""},
    {S::kClosedUnconfirmed, E::kProgress, K::kAny, S::kClosedUnconfirmed, A::kRegistry, C::kKeep,
     "", ""},

    // Clocks.
    {S::kGuided, E::kClockExpired, K::kAny, S::kClosedRefused, A::kClock, C::kStart,
     "silence is no consent", "Opinion 3-2"},
    {S::kConsented, E::kClockExpired, K::kAny, S::kClosedLapsed, A::kClock, C::kStart, "",
     "CPL 126"},
    {S::kSent, E::kClockExpired, K::kAny, S::kDeclined, A::kClock, C::kStart,
     "not answered counts as declined", "SIM 12"},
    {S::kDeclined, E::kClockExpired, K::kAny, S::kClosedLapsed, A::kClock, C::kStart, "",
     "CPL 126"},
    {S::kAccepted, E::kClockExpired, K::kAny, S::kReturned, A::kClock, C::kStart,
     "no conclusion is on its way from the registry", "SIM 27, PML 26"},
    {S::kAgreed, E::kClockExpired, K::kAny, S::kAgreed, A::kClock, C::kStart, "the duty stays",
     "Opinion 3-3"},
    {S::kAgreed, E::kWindowClosed, K::kAppointed, S::kClosedSettled, A::kClock, C::kStop,
     "no application is under way; none was refused", "PML 31, 33"},
    {S::kAgreed, E::kWindowClosedUnconfirmed, K::kAppointed, S::kClosedUnconfirmed, A::kClock,
     C::kStop, "an application was refused, and no new agreement came", "PML 33, CPL 206"},
    {S::kReturned, E::kClockExpired, K::kAny, S::kReturned, A::kClock, C::kStart, "the duty stays",
     "CPL 126"},
    {S::kClosedRefused, E::kClockExpired, K::kAny, S::kClosedRefused, A::kClock, C::kStart,
     "the duty stays", "CPL 126"},
    {S::kClosedLapsed, E::kClockExpired, K::kAny, S::kClosedLapsed, A::kClock, C::kStart,
     "the duty stays", "CPL 126"},
};

constexpr std::string_view kCourtAction =
    "COURT_ACTION: 7 days to register the case or resume the trial; then urged every 7 days";

// In the order of ReferralState.
constexpr std::array<ReferralStateClock, kReferralStateCount> kClocks = {{
    {S::kNone, ""},
    {S::kGuided, "CONSENT: 7 days from the guidance; silence is no consent, CLOSED_REFUSED"},
    {S::kConsented, "SEND: 3 working days for the court to refer; then CLOSED_LAPSED"},
    {S::kSent, "ACCEPT: 3 working days for the organisation to answer; then DECLINED"},
    {S::kDeclined, "SEND: 3 working days for the court to choose again; then CLOSED_LAPSED"},
    {S::kAccepted,
     "MEDIATION: appointed 30 days, entrusted 15, simplified procedure 7, or as extended; then "
     "RETURNED"},
    {S::kAgreed,
     "FEEDBACK: 3 working days for the court to acknowledge, urged again; then NEXT_STEP: the "
     "window for confirmation, after which CLOSED_SETTLED or CLOSED_UNCONFIRMED, or 7 days for the "
     "next step of an entrusted case, urged again"},
    {S::kReturned, kCourtAction},
    {S::kWithdrawn, ""},
    {S::kClosedRefused, kCourtAction},
    {S::kClosedLapsed, kCourtAction},
    {S::kClosedRegistered, ""},
    {S::kClosedTrialResumed, ""},
    {S::kClosedConfirmed, ""},
    {S::kClosedSuitWithdrawn, ""},
    {S::kClosedMediationDocument, ""},
    {S::kClosedSettled, ""},
    {S::kClosedUnconfirmed, ""},
    {S::kClosedUnperformed, ""},
    {S::kClosedSetAside, ""},
}};

constexpr std::array<std::string_view, kReferralStateCount> kStateWords = {
    "",
    "GUIDED",
    "CONSENTED",
    "SENT",
    "DECLINED",
    "ACCEPTED",
    "AGREED",
    "RETURNED",
    "WITHDRAWN",
    "CLOSED_REFUSED",
    "CLOSED_LAPSED",
    "CLOSED_REGISTERED",
    "CLOSED_TRIAL_RESUMED",
    "CLOSED_CONFIRMED",
    "CLOSED_SUIT_WITHDRAWN",
    "CLOSED_MEDIATION_DOCUMENT",
    "CLOSED_SETTLED",
    "CLOSED_UNCONFIRMED",
    "CLOSED_UNPERFORMED",
    "CLOSED_SET_ASIDE"};

constexpr std::array<std::string_view, kReferralEventCount> kEventWords = {
    "OfferGuidance",
    "Consent",
    "CompleteConsent",
    "Refuse",
    "WithdrawConsent",
    "AddMaterial",
    "Send",
    "Accept",
    "Decline",
    "Extend",
    "Withdraw",
    "OpenDispute",
    "Progress",
    "RecordUndisputedFacts",
    "Agree",
    "Return",
    "Amend",
    "AcknowledgeFeedback",
    "RegisterCase",
    "ResumeTrial",
    "WithdrawSuit",
    "IssueMediationDocument",
    "ApplyForConfirmation",
    "EndConfirmation",
    "RefuseConfirmation",
    "Confirm",
    "CloseUnperformed",
    "SetAside",
    "ClockExpired",
    "WindowClosed",
    "WindowClosedUnconfirmed"};

constexpr std::array<std::string_view, 5> kAuthorityWords = {"court", "organisation", "registry",
                                                             "docking", "clock"};
constexpr std::array<std::string_view, 3> kKindWords = {"", "APPOINTED", "ENTRUSTED"};

bool Covers(KindGuard guard, ReferralKind kind) {
  switch (guard) {
    case K::kAny:
      return true;
    case K::kAppointed:
      return kind == ReferralKind::kAppointed;
    case K::kEntrusted:
      return kind == ReferralKind::kEntrusted;
  }
  return false;
}

bool MayAsk(ReferralAuthority authority, Asker asker) {
  switch (asker) {
    case Asker::kCaller:
      return authority == A::kCourt || authority == A::kOrganisation;
    case Asker::kRegistry:
      return authority == A::kRegistry;
    case Asker::kDocking:
      return authority == A::kDocking;
    case Asker::kClock:
      return authority == A::kClock;
  }
  return false;
}

}  // namespace

std::span<const ReferralTransition> ReferralTransitions() { return kTransitions; }
std::span<const ReferralStateClock> ReferralStateClocks() { return kClocks; }

ReferralDecision Decide(ReferralState from, ReferralEvent event, ReferralKind kind, Asker asker) {
  ReferralDecision decision{nullptr, ReferralRefusal::kStateForbids};
  for (const ReferralTransition& row : kTransitions) {
    if (row.from != from || row.event != event || !MayAsk(row.authority, asker)) continue;
    if (Covers(row.kind, kind)) return {&row, ReferralRefusal::kNone};
    decision.refusal = ReferralRefusal::kWrongKind;
  }
  return decision;
}

bool IsFinal(ReferralState state) {
  for (const ReferralTransition& row : kTransitions) {
    if (row.from == state && row.to != state) return false;
  }
  return true;
}

std::string_view Word(ReferralState state) { return kStateWords[static_cast<std::size_t>(state)]; }
std::string_view Word(ReferralEvent event) { return kEventWords[static_cast<std::size_t>(event)]; }
std::string_view Word(ReferralKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }
std::string_view Word(ReferralAuthority authority) {
  return kAuthorityWords[static_cast<std::size_t>(authority)];
}

std::optional<ReferralState> ReferralStateOf(std::string_view word) {
  for (int i = 1; i < kReferralStateCount; ++i) {
    if (kStateWords[static_cast<std::size_t>(i)] == word) return static_cast<ReferralState>(i);
  }
  return std::nullopt;
}

ReferralKind ReferralKindOf(std::string_view word) {
  if (word == Word(ReferralKind::kAppointed)) return ReferralKind::kAppointed;
  if (word == Word(ReferralKind::kEntrusted)) return ReferralKind::kEntrusted;
  return ReferralKind::kUnspecified;
}

}  // namespace maplebridge::docking
