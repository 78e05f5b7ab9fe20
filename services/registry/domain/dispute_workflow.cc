#include "services/registry/domain/dispute_workflow.h"

#include <array>

namespace maplebridge::registry {
namespace {

using S = DisputeState;
using E = DisputeEvent;
using A = Authority;
using C = ClockStep;
using O = Origin;

// PML: People's Mediation Law. SIM: Fa Shi [2016] 14. Norm: SF/T 0083-2020.
constexpr DisputeTransition kTransitions[] = {
    // Taking in.
    {S::kNone, E::kReport, O::kOwn, S::kReported, A::kOrganisation, C::kStart,
     "two parties or more on two sides; category fit for mediation; place known", "PML 17, Norm"},
    {S::kNone, E::kImport, O::kOwn, S::kArchived, A::kOrganisation, C::kStop,
     "ended before, in the organisation's old register, by a number of its own", "Norm"},
    {S::kNone, E::kAccept, O::kReferral, S::kAccepted, A::kDocking, C::kStart,
     "the referral was accepted in docking", "SIM 8, 11"},
    {S::kReported, E::kAccept, O::kOwn, S::kAccepted, A::kOrganisation, C::kStart,
     "organisation published; competent by place or industry; no party has refused", "PML 17"},
    {S::kReported, E::kDecline, O::kOwn, S::kClosedDeclined, A::kOrganisation, C::kStart,
     "reason from the list, and where to go instead", "PML 17, 26"},
    {S::kAccepted, E::kDecline, O::kOwn, S::kClosedDeclined, A::kOrganisation, C::kStart,
     "found unfit, or refused by a party, before a mediator was assigned", "PML 17, 26"},
    {S::kReported, E::kWithdraw, O::kOwn, S::kClosedWithdrawn, A::kParty, C::kStart, "",
     "PML 23(2)"},
    {S::kAccepted, E::kWithdraw, O::kOwn, S::kClosedWithdrawn, A::kParty, C::kStart, "",
     "PML 23(2)"},
    {S::kMediating, E::kWithdraw, O::kOwn, S::kClosedWithdrawn, A::kParty, C::kStart, "",
     "PML 23(2)"},
    {S::kAccepted, E::kWithdraw, O::kReferral, S::kClosedWithdrawn, A::kDocking, C::kStart,
     "the referral was withdrawn in docking", "SIM 12"},
    {S::kMediating, E::kWithdraw, O::kReferral, S::kClosedWithdrawn, A::kDocking, C::kStart,
     "the referral was withdrawn in docking", "SIM 12"},
    {S::kConcluding, E::kWithdraw, O::kReferral, S::kClosedWithdrawn, A::kDocking, C::kStart,
     "the referral was withdrawn in docking", "SIM 12"},
    {S::kReported, E::kOfferTransfer, O::kOwn, S::kReported, A::kOrganisation, C::kKeep,
     "no other offer is open; the other side is published and competent", "Norm"},
    {S::kAccepted, E::kOfferTransfer, O::kOwn, S::kAccepted, A::kOrganisation, C::kKeep,
     "no other offer is open; the other side is published and competent", "Norm"},
    {S::kMediating, E::kOfferTransfer, O::kOwn, S::kMediating, A::kOrganisation, C::kKeep,
     "no other offer is open; the other side is published and competent", "Norm"},
    {S::kReported, E::kTransfer, O::kOwn, S::kReported, A::kOrganisation, C::kRestart,
     "the receiving side accepts, published and competent still", "Norm"},
    {S::kAccepted, E::kTransfer, O::kOwn, S::kReported, A::kOrganisation, C::kStart,
     "the receiving side accepts, published and competent still", "Norm"},
    {S::kMediating, E::kTransfer, O::kOwn, S::kReported, A::kOrganisation, C::kStart,
     "the receiving side accepts, published and competent still", "Norm"},
    {S::kReported, E::kDeclineTransfer, O::kOwn, S::kReported, A::kOrganisation, C::kKeep,
     "by the receiving side", "Norm"},
    {S::kAccepted, E::kDeclineTransfer, O::kOwn, S::kAccepted, A::kOrganisation, C::kKeep,
     "by the receiving side", "Norm"},
    {S::kMediating, E::kDeclineTransfer, O::kOwn, S::kMediating, A::kOrganisation, C::kKeep,
     "by the receiving side", "Norm"},
    {S::kReported, E::kCancelTransfer, O::kOwn, S::kReported, A::kOrganisation, C::kKeep,
     "by the side that offered", "Norm"},
    {S::kAccepted, E::kCancelTransfer, O::kOwn, S::kAccepted, A::kOrganisation, C::kKeep,
     "by the side that offered", "Norm"},
    {S::kMediating, E::kCancelTransfer, O::kOwn, S::kMediating, A::kOrganisation, C::kKeep,
     "by the side that offered", "Norm"},
    {S::kReported, E::kLapseTransfer, O::kOwn, S::kReported, A::kClock, C::kKeep,
     "not answered in 3 working days", "Norm"},
    {S::kAccepted, E::kLapseTransfer, O::kOwn, S::kAccepted, A::kClock, C::kKeep,
     "not answered in 3 working days", "Norm"},
    {S::kMediating, E::kLapseTransfer, O::kOwn, S::kMediating, A::kClock, C::kKeep,
     "not answered in 3 working days", "Norm"},

    // Mediating.
    {S::kAccepted, E::kAssignMediators, O::kBoth, S::kMediating, A::kOrganisation, C::kKeep,
     "one or more, on the roster, active, of this organisation", "PML 19"},
    {S::kMediating, E::kAssignMediators, O::kBoth, S::kMediating, A::kOrganisation, C::kKeep,
     "one or more, on the roster, active, of this organisation", "PML 19"},
    {S::kMediating, E::kHoldSession, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "an assigned mediator; rights and duties told at the first", "PML 21-24"},
    {S::kMediating, E::kPlanSession, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "assigned mediators; nobody is in two places at once", "Norm"},
    {S::kMediating, E::kWriteMinutes, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "of a session that was held; not yet confirmed by all", "Norm"},
    {S::kConcluding, E::kWriteMinutes, O::kReferral, S::kConcluding, A::kMediator, C::kKeep,
     "of a session that was held; not yet confirmed by all", "Norm"},
    {S::kAgreed, E::kWriteMinutes, O::kBoth, S::kAgreed, A::kMediator, C::kKeep,
     "of a session that was held; not yet confirmed by all", "Norm"},
    {S::kMediating, E::kInviteOthers, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "the parties agree", "PML 20"},
    {S::kAccepted, E::kExtend, O::kOwn, S::kAccepted, A::kParty, C::kRestart, "all parties agree",
     "Norm"},
    {S::kMediating, E::kExtend, O::kOwn, S::kMediating, A::kParty, C::kRestart, "all parties agree",
     "Norm"},
    {S::kAccepted, E::kExtend, O::kReferral, S::kAccepted, A::kDocking, C::kRestart,
     "the referral was extended in docking", "SIM 27"},
    {S::kMediating, E::kExtend, O::kReferral, S::kMediating, A::kDocking, C::kRestart,
     "the referral was extended in docking", "SIM 27"},
    {S::kReported, E::kAddParty, O::kOwn, S::kReported, A::kOrganisation, C::kKeep,
     "a party to the same conflict, on one of its sides", "CPL 56, 59"},
    {S::kAccepted, E::kAddParty, O::kOwn, S::kAccepted, A::kOrganisation, C::kKeep,
     "a party to the same conflict, on one of its sides", "CPL 56, 59"},
    {S::kMediating, E::kAddParty, O::kOwn, S::kMediating, A::kOrganisation, C::kKeep,
     "a party to the same conflict, on one of its sides", "CPL 56, 59"},
    {S::kReported, E::kChangeParty, O::kOwn, S::kReported, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kAccepted, E::kChangeParty, O::kBoth, S::kAccepted, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kMediating, E::kChangeParty, O::kBoth, S::kMediating, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kSuspended, E::kChangeParty, O::kOwn, S::kSuspended, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kConcluding, E::kChangeParty, O::kReferral, S::kConcluding, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kAgreed, E::kChangeParty, O::kBoth, S::kAgreed, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kPerformed, E::kChangeParty, O::kBoth, S::kPerformed, A::kOrganisation, C::kKeep,
     "who a party is only before the agreement, and not of a referral", "Civil Code 23, CPL 61"},
    {S::kMediating, E::kRecuse, O::kBoth, S::kMediating, A::kOrganisation, C::kKeep,
     "a party objects once to a person; another mediator is left", "Norm"},
    {S::kMediating, E::kSuspend, O::kOwn, S::kSuspended, A::kMediator, C::kStart,
     "a reason, proven; the limit has not run out", "Norm"},
    {S::kSuspended, E::kResume, O::kOwn, S::kMediating, A::kMediator, C::kStart, "", "Norm"},
    {S::kSuspended, E::kWithdraw, O::kOwn, S::kClosedWithdrawn, A::kParty, C::kStart, "",
     "PML 23(2)"},
    {S::kSuspended, E::kConcludeWithoutAgreement, O::kOwn, S::kClosedFailed, A::kMediator,
     C::kStart, "reason; written notice of other ways", "PML 26"},
    {S::kSuspended, E::kReportEscalation, O::kOwn, S::kSuspended, A::kMediator, C::kKeep,
     "calming measures recorded; told to the police or the authority", "PML 25"},
    {S::kMediating, E::kReportEscalation, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "calming measures recorded; told to the police or the authority", "PML 25"},
    {S::kMediating, E::kDraftAgreement, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "obligations between parties of the dispute", "PML 28-29"},
    {S::kMediating, E::kSignAgreement, O::kBoth, S::kMediating, A::kMediator, C::kKeep,
     "each signs once", "PML 29"},

    // Concluding.
    {S::kMediating, E::kConcludeByAgreement, O::kOwn, S::kAgreed, A::kMediator, C::kStart,
     "the agreement is in effect", "PML 28-30"},
    {S::kMediating, E::kConcludeByAgreement, O::kReferral, S::kConcluding, A::kMediator, C::kStart,
     "the agreement is in effect", "PML 28-30, SIM 19"},
    {S::kAccepted, E::kConcludeWithoutAgreement, O::kOwn, S::kClosedFailed, A::kMediator, C::kStart,
     "reason; written notice of other ways", "PML 26"},
    {S::kMediating, E::kConcludeWithoutAgreement, O::kOwn, S::kClosedFailed, A::kMediator,
     C::kStart, "reason; written notice of other ways", "PML 26"},
    {S::kAccepted, E::kConcludeWithoutAgreement, O::kReferral, S::kConcluding, A::kMediator,
     C::kStart, "reason; written notice of other ways", "PML 26, SIM 22"},
    {S::kMediating, E::kConcludeWithoutAgreement, O::kReferral, S::kConcluding, A::kMediator,
     C::kStart, "reason; written notice of other ways", "PML 26, SIM 22"},
    {S::kConcluding, E::kConfirmAgreed, O::kReferral, S::kAgreed, A::kDocking, C::kStart,
     "the referral became AGREED in docking", "SIM 19"},
    {S::kConcluding, E::kConfirmFailed, O::kReferral, S::kClosedFailed, A::kDocking, C::kStart,
     "the referral was returned in docking", "SIM 22"},
    {S::kAccepted, E::kConfirmFailed, O::kReferral, S::kClosedFailed, A::kDocking, C::kStart,
     "the referral's limit ran out in docking", "SIM 27"},
    {S::kMediating, E::kConfirmFailed, O::kReferral, S::kClosedFailed, A::kDocking, C::kStart,
     "the referral's limit ran out in docking", "SIM 27"},

    // Performing.
    {S::kAgreed, E::kRecordPerformance, O::kBoth, S::kAgreed, A::kMediator, C::kRestart,
     "another obligation is still open", "PML 31"},
    {S::kAgreed, E::kCompletePerformance, O::kBoth, S::kPerformed, A::kMediator, C::kStart,
     "every obligation is performed", "PML 31"},
    {S::kAgreed, E::kReversePerformance, O::kBoth, S::kAgreed, A::kMediator, C::kRestart,
     "recorded by mistake, with the reason", "PML 31"},
    {S::kPerformed, E::kReversePerformance, O::kBoth, S::kAgreed, A::kMediator, C::kStart,
     "recorded by mistake, with the reason", "PML 31"},
    {S::kAgreed, E::kUrge, O::kBoth, S::kAgreed, A::kMediator, C::kKeep,
     "an obligation that is open", "PML 31"},
    {S::kAgreed, E::kMarkOverdue, O::kBoth, S::kAgreed, A::kClock, C::kKeep,
     "the day of an obligation or instalment has passed", "PML 31"},
    {S::kAgreed, E::kReportBreach, O::kBoth, S::kAgreed, A::kParty, C::kKeep,
     "which obligation; performance is urged", "PML 31"},
    {S::kAgreed, E::kDraftAgreement, O::kBoth, S::kAgreed, A::kMediator, C::kKeep,
     "obligations between parties of the dispute", "PML 28-29"},
    {S::kAgreed, E::kSignAgreement, O::kBoth, S::kAgreed, A::kMediator, C::kKeep, "each signs once",
     "PML 29"},
    {S::kAgreed, E::kAmend, O::kBoth, S::kAgreed, A::kMediator, C::kRestart,
     "a new agreement is in effect", "PML 28-29"},
    {S::kAgreed, E::kCloseUnperformed, O::kBoth, S::kClosedUnperformed, A::kOrganisation, C::kStart,
     "a breach was urged in vain, or a party sued", "PML 32"},
    {S::kAgreed, E::kSetAside, O::kBoth, S::kClosedSetAside, A::kCourt, C::kStart,
     "judgment or ruling that the agreement is void or set aside", "PML 32, Civil Code 144-157"},
    {S::kPerformed, E::kSetAside, O::kBoth, S::kClosedSetAside, A::kCourt, C::kRestart,
     "judgment or ruling that the agreement is void or set aside", "PML 32, Civil Code 144-157"},
    {S::kClosedUnperformed, E::kSetAside, O::kBoth, S::kClosedSetAside, A::kCourt, C::kRestart,
     "judgment or ruling that the agreement is void or set aside", "PML 32, Civil Code 144-157"},

    // The same as another.
    {S::kReported, E::kMerge, O::kOwn, S::kClosedMerged, A::kOrganisation, C::kStart,
     "the other goes on: neither merged nor archived", "Norm"},
    {S::kAccepted, E::kMerge, O::kOwn, S::kClosedMerged, A::kOrganisation, C::kStart,
     "the other goes on: neither merged nor archived", "Norm"},
    {S::kMediating, E::kMerge, O::kOwn, S::kClosedMerged, A::kOrganisation, C::kStart,
     "the other goes on: neither merged nor archived", "Norm"},
    {S::kSuspended, E::kMerge, O::kOwn, S::kClosedMerged, A::kOrganisation, C::kStart,
     "the other goes on: neither merged nor archived", "Norm"},
    {S::kClosedMerged, E::kUnmerge, O::kOwn, S::kReported, A::kOrganisation, C::kStart, "", "Norm"},

    // After the end, and while it is performed.
    {S::kAgreed, E::kFollowUp, O::kBoth, S::kAgreed, A::kMediator, C::kKeep, "", "PML 31, Norm"},
    {S::kPerformed, E::kFollowUp, O::kBoth, S::kPerformed, A::kMediator, C::kKeep, "", "Norm"},
    {S::kClosedDeclined, E::kFollowUp, O::kBoth, S::kClosedDeclined, A::kMediator, C::kKeep, "",
     "Norm"},
    {S::kClosedFailed, E::kFollowUp, O::kBoth, S::kClosedFailed, A::kMediator, C::kKeep, "",
     "Norm"},
    {S::kClosedWithdrawn, E::kFollowUp, O::kBoth, S::kClosedWithdrawn, A::kMediator, C::kKeep, "",
     "Norm"},
    {S::kClosedUnperformed, E::kFollowUp, O::kBoth, S::kClosedUnperformed, A::kMediator, C::kKeep,
     "", "Norm"},
    {S::kClosedSetAside, E::kFollowUp, O::kBoth, S::kClosedSetAside, A::kMediator, C::kKeep, "",
     "Norm"},
    {S::kPerformed, E::kArchive, O::kBoth, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},
    {S::kClosedDeclined, E::kArchive, O::kBoth, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},
    {S::kClosedFailed, E::kArchive, O::kBoth, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},
    {S::kClosedWithdrawn, E::kArchive, O::kBoth, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},
    {S::kClosedUnperformed, E::kArchive, O::kBoth, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},
    {S::kClosedMerged, E::kArchive, O::kOwn, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},
    {S::kClosedSetAside, E::kArchive, O::kBoth, S::kArchived, A::kOrganisation, C::kStop,
     "the file is complete", "Norm"},

    // Clocks. None of them decides a dispute: each marks it overdue, tells those who must act, and
    // starts a reminder. Only a suspension ends with its clock.
    {S::kReported, E::kClockExpired, O::kOwn, S::kReported, A::kClock, C::kRestart, "", "Norm"},
    {S::kAccepted, E::kClockExpired, O::kBoth, S::kAccepted, A::kClock, C::kRestart, "", "Norm"},
    {S::kMediating, E::kClockExpired, O::kBoth, S::kMediating, A::kClock, C::kRestart, "", "Norm"},
    {S::kSuspended, E::kClockExpired, O::kOwn, S::kMediating, A::kClock, C::kStart,
     "the last day of the suspension has passed", "Norm"},
    {S::kConcluding, E::kClockExpired, O::kReferral, S::kConcluding, A::kClock, C::kRestart, "",
     ""},
    {S::kAgreed, E::kClockExpired, O::kBoth, S::kAgreed, A::kClock, C::kRestart, "", "PML 31"},
    {S::kPerformed, E::kClockExpired, O::kBoth, S::kPerformed, A::kClock, C::kRestart, "", "Norm"},
    {S::kClosedDeclined, E::kClockExpired, O::kBoth, S::kClosedDeclined, A::kClock, C::kRestart, "",
     "Norm"},
    {S::kClosedFailed, E::kClockExpired, O::kBoth, S::kClosedFailed, A::kClock, C::kRestart, "",
     "Norm"},
    {S::kClosedWithdrawn, E::kClockExpired, O::kBoth, S::kClosedWithdrawn, A::kClock, C::kRestart,
     "", "Norm"},
    {S::kClosedUnperformed, E::kClockExpired, O::kBoth, S::kClosedUnperformed, A::kClock,
     C::kRestart, "", "Norm"},
    {S::kClosedMerged, E::kClockExpired, O::kOwn, S::kClosedMerged, A::kClock, C::kRestart, "",
     "Norm"},
    {S::kClosedSetAside, E::kClockExpired, O::kBoth, S::kClosedSetAside, A::kClock, C::kRestart, "",
     "Norm"},
};

constexpr std::string_view kArchiveText =
    "30 days to complete the file; then overdue, and a reminder every 30 days";
constexpr std::string_view kArchiveAction = "complete the file and archive it";

// In the order of DisputeState.
constexpr std::array<DisputeClock, kDisputeStateCount> kClocks = {{
    {S::kNone, "", A::kOrganisation, "", ""},
    {S::kReported, "accept", A::kOrganisation, "accept or decline the dispute",
     "3 working days to accept or decline; then overdue, told to the bureau, and a reminder every "
     "3 working days"},
    {S::kAccepted, "mediation", A::kOrganisation, "assign mediators",
     "limit of the category or of the referral; then overdue, told to the head, and a reminder "
     "every 3 working days"},
    {S::kMediating, "mediation", A::kMediator,
     "conclude the mediation, or move its limit with all parties",
     "limit of the category or of the referral; then overdue, told to the head, and a reminder "
     "every 3 working days"},
    {S::kConcluding, "confirm", A::kDocking, "confirm the conclusion to the referral",
     "3 working days for docking to confirm; then overdue, told to the operator, and a reminder "
     "every 3 working days"},
    {S::kAgreed, "performance", A::kMediator,
     "record the performance, or urge the debtor and report the breach",
     "day of the next open obligation; then overdue, the debtor is urged, and a reminder every 30 "
     "days"},
    {S::kPerformed, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
    {S::kClosedDeclined, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
    {S::kClosedFailed, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
    {S::kClosedWithdrawn, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
    {S::kClosedUnperformed, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
    {S::kClosedSetAside, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
    {S::kArchived, "", A::kOrganisation, "", ""},
    {S::kSuspended, "suspension", A::kMediator, "resume the mediation when its hindrance is gone",
     "last day of the suspension; then the mediation goes on, with what is left of its limit"},
    {S::kClosedMerged, "archive", A::kOrganisation, kArchiveAction, kArchiveText},
}};

constexpr std::array<std::string_view, kDisputeStateCount> kStateWords = {"",
                                                                          "REPORTED",
                                                                          "ACCEPTED",
                                                                          "MEDIATING",
                                                                          "CONCLUDING",
                                                                          "AGREED",
                                                                          "PERFORMED",
                                                                          "CLOSED_DECLINED",
                                                                          "CLOSED_FAILED",
                                                                          "CLOSED_WITHDRAWN",
                                                                          "CLOSED_UNPERFORMED",
                                                                          "CLOSED_SET_ASIDE",
                                                                          "ARCHIVED",
                                                                          "SUSPENDED",
                                                                          "CLOSED_MERGED"};

constexpr std::array<std::string_view, kDisputeEventCount> kEventWords = {
    "Report",
    "Accept",
    "Decline",
    "Withdraw",
    "OfferTransfer",
    "Transfer",
    "DeclineTransfer",
    "CancelTransfer",
    "LapseTransfer",
    "AssignMediators",
    "HoldSession",
    "InviteOthers",
    "Recuse",
    "AddParty",
    "ChangeParty",
    "PlanSession",
    "WriteMinutes",
    "Suspend",
    "Resume",
    "Extend",
    "ReportEscalation",
    "DraftAgreement",
    "SignAgreement",
    "ConcludeByAgreement",
    "ConcludeWithoutAgreement",
    "ConfirmAgreed",
    "ConfirmFailed",
    "RecordPerformance",
    "CompletePerformance",
    "ReversePerformance",
    "Urge",
    "MarkOverdue",
    "ReportBreach",
    "Amend",
    "CloseUnperformed",
    "SetAside",
    "Merge",
    "Unmerge",
    "FollowUp",
    "Archive",
    "ClockExpired",
    "Import"};

constexpr std::array<std::string_view, 6> kAuthorityWords = {"party", "organisation", "mediator",
                                                             "court", "docking",      "clock"};

bool Covers(Origin origin, bool referral_born) {
  return origin == O::kBoth || (origin == O::kReferral) == referral_born;
}

bool MayAsk(Authority authority, Asker asker) {
  switch (asker) {
    case Asker::kDocking:
      return authority == A::kDocking;
    case Asker::kClock:
      return authority == A::kClock;
    case Asker::kCaller:
      return authority != A::kDocking && authority != A::kClock;
  }
  return false;
}

// Docking decides these for a referred dispute though they have no row there: a referral goes
// elsewhere, and its limit stands still, only by docking's own steps.
constexpr DisputeEvent kOnlyInDocking[] = {E::kAccept,   E::kDecline,         E::kOfferTransfer,
                                           E::kTransfer, E::kDeclineTransfer, E::kCancelTransfer,
                                           E::kSuspend,  E::kResume,          E::kMerge,
                                           E::kUnmerge,  E::kAddParty};

// True for the events that docking decides for a referred dispute.
bool DockingDecides(DisputeEvent event) {
  for (DisputeEvent only : kOnlyInDocking) {
    if (event == only) return true;
  }
  for (const DisputeTransition& row : kTransitions) {
    if (row.event == event && row.origin == O::kReferral && row.authority == A::kDocking) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::span<const DisputeTransition> DisputeTransitions() { return kTransitions; }
std::span<const DisputeClock> DisputeClocks() { return kClocks; }

const DisputeTransition* FindTransition(std::string_view from, std::string_view event,
                                        std::string_view to, std::string_view authority,
                                        std::string_view origin) {
  for (const DisputeTransition& row : kTransitions) {
    if (Word(row.from) == from && Word(row.event) == event && Word(row.to) == to &&
        Word(row.authority) == authority && Word(row.origin) == origin) {
      return &row;
    }
  }
  return nullptr;
}

DisputeDecision Decide(DisputeState from, DisputeEvent event, bool referral_born, Asker asker) {
  if (referral_born && asker == Asker::kCaller && DockingDecides(event)) {
    return {nullptr, Refusal::kReferralOwned};
  }
  for (const DisputeTransition& row : kTransitions) {
    if (row.from == from && row.event == event && Covers(row.origin, referral_born) &&
        MayAsk(row.authority, asker)) {
      return {&row, Refusal::kNone};
    }
  }
  return {nullptr, Refusal::kStateForbids};
}

const DisputeClock& ClockOf(DisputeState state) { return kClocks[static_cast<std::size_t>(state)]; }

bool IsFinal(DisputeState state) {
  for (const DisputeTransition& row : kTransitions) {
    if (row.from == state) return false;
  }
  return true;
}

std::string_view Word(DisputeState state) { return kStateWords[static_cast<std::size_t>(state)]; }
std::string_view Word(DisputeEvent event) { return kEventWords[static_cast<std::size_t>(event)]; }
std::string_view Word(Authority authority) {
  return kAuthorityWords[static_cast<std::size_t>(authority)];
}

std::string_view Word(Origin origin) {
  if (origin == O::kBoth) return "BOTH";
  return origin == O::kOwn ? "OWN" : "REFERRAL";
}

std::optional<DisputeState> DisputeStateOf(std::string_view word) {
  for (int i = 1; i < kDisputeStateCount; ++i) {
    if (kStateWords[static_cast<std::size_t>(i)] == word) return static_cast<DisputeState>(i);
  }
  return std::nullopt;
}

}  // namespace maplebridge::registry
