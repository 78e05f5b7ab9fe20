#include "services/registry/domain/dispute_workflow.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>

namespace maplebridge::registry {
namespace {

constexpr Asker kAskers[] = {Asker::kCaller, Asker::kDocking, Asker::kClock};

std::string Describe(DisputeState state, DisputeEvent event, bool referral, Asker asker) {
  return std::string(Word(state)) + " + " + std::string(Word(event)) +
         (referral ? " (referral)" : " (own)") + " asked by " +
         std::to_string(static_cast<int>(asker));
}

// The law as it was read, apart from the table: (state, event) to state, for disputes of our own
// asked by callers. What is not here is refused.
const std::map<std::pair<std::string, std::string>, std::string>& OwnSteps() {
  static const auto* steps = new std::map<std::pair<std::string, std::string>, std::string>{
      {{"", "Report"}, "REPORTED"},
      {{"", "Import"}, "ARCHIVED"},
      {{"REPORTED", "Accept"}, "ACCEPTED"},
      {{"REPORTED", "Decline"}, "CLOSED_DECLINED"},
      {{"REPORTED", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"REPORTED", "OfferTransfer"}, "REPORTED"},
      {{"REPORTED", "Transfer"}, "REPORTED"},
      {{"REPORTED", "DeclineTransfer"}, "REPORTED"},
      {{"REPORTED", "CancelTransfer"}, "REPORTED"},
      {{"ACCEPTED", "Decline"}, "CLOSED_DECLINED"},
      {{"ACCEPTED", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"ACCEPTED", "OfferTransfer"}, "ACCEPTED"},
      {{"ACCEPTED", "Transfer"}, "REPORTED"},
      {{"ACCEPTED", "DeclineTransfer"}, "ACCEPTED"},
      {{"ACCEPTED", "CancelTransfer"}, "ACCEPTED"},
      {{"ACCEPTED", "AssignMediators"}, "MEDIATING"},
      {{"ACCEPTED", "Extend"}, "ACCEPTED"},
      {{"ACCEPTED", "ConcludeWithoutAgreement"}, "CLOSED_FAILED"},
      {{"MEDIATING", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"MEDIATING", "OfferTransfer"}, "MEDIATING"},
      {{"MEDIATING", "Transfer"}, "REPORTED"},
      {{"MEDIATING", "DeclineTransfer"}, "MEDIATING"},
      {{"MEDIATING", "CancelTransfer"}, "MEDIATING"},
      {{"MEDIATING", "Recuse"}, "MEDIATING"},
      {{"REPORTED", "AddParty"}, "REPORTED"},
      {{"ACCEPTED", "AddParty"}, "ACCEPTED"},
      {{"MEDIATING", "AddParty"}, "MEDIATING"},
      {{"REPORTED", "ChangeParty"}, "REPORTED"},
      {{"ACCEPTED", "ChangeParty"}, "ACCEPTED"},
      {{"MEDIATING", "ChangeParty"}, "MEDIATING"},
      {{"SUSPENDED", "ChangeParty"}, "SUSPENDED"},
      {{"AGREED", "ChangeParty"}, "AGREED"},
      {{"PERFORMED", "ChangeParty"}, "PERFORMED"},
      {{"MEDIATING", "Suspend"}, "SUSPENDED"},
      {{"SUSPENDED", "Resume"}, "MEDIATING"},
      {{"REPORTED", "Merge"}, "CLOSED_MERGED"},
      {{"ACCEPTED", "Merge"}, "CLOSED_MERGED"},
      {{"MEDIATING", "Merge"}, "CLOSED_MERGED"},
      {{"SUSPENDED", "Merge"}, "CLOSED_MERGED"},
      {{"CLOSED_MERGED", "Unmerge"}, "REPORTED"},
      {{"SUSPENDED", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"SUSPENDED", "ConcludeWithoutAgreement"}, "CLOSED_FAILED"},
      {{"SUSPENDED", "ReportEscalation"}, "SUSPENDED"},
      {{"MEDIATING", "AssignMediators"}, "MEDIATING"},
      {{"MEDIATING", "HoldSession"}, "MEDIATING"},
      {{"MEDIATING", "InviteOthers"}, "MEDIATING"},
      {{"MEDIATING", "PlanSession"}, "MEDIATING"},
      {{"MEDIATING", "WriteMinutes"}, "MEDIATING"},
      {{"AGREED", "WriteMinutes"}, "AGREED"},
      {{"MEDIATING", "Extend"}, "MEDIATING"},
      {{"MEDIATING", "ReportEscalation"}, "MEDIATING"},
      {{"MEDIATING", "DraftAgreement"}, "MEDIATING"},
      {{"MEDIATING", "SignAgreement"}, "MEDIATING"},
      {{"MEDIATING", "ConcludeByAgreement"}, "AGREED"},
      {{"MEDIATING", "ConcludeWithoutAgreement"}, "CLOSED_FAILED"},
      {{"AGREED", "RecordPerformance"}, "AGREED"},
      {{"AGREED", "CompletePerformance"}, "PERFORMED"},
      {{"AGREED", "ReversePerformance"}, "AGREED"},
      {{"PERFORMED", "ReversePerformance"}, "AGREED"},
      {{"AGREED", "Urge"}, "AGREED"},
      {{"AGREED", "ReportBreach"}, "AGREED"},
      {{"AGREED", "DraftAgreement"}, "AGREED"},
      {{"AGREED", "SignAgreement"}, "AGREED"},
      {{"AGREED", "Amend"}, "AGREED"},
      {{"AGREED", "CloseUnperformed"}, "CLOSED_UNPERFORMED"},
      {{"AGREED", "SetAside"}, "CLOSED_SET_ASIDE"},
      {{"PERFORMED", "SetAside"}, "CLOSED_SET_ASIDE"},
      {{"CLOSED_UNPERFORMED", "SetAside"}, "CLOSED_SET_ASIDE"},
      {{"AGREED", "FollowUp"}, "AGREED"},
  };
  return *steps;
}

// How the steps of a referred dispute differ when callers ask.
const std::map<std::pair<std::string, std::string>, std::string>& ReferralSteps() {
  static const auto* steps = new std::map<std::pair<std::string, std::string>, std::string>{
      {{"MEDIATING", "ConcludeByAgreement"}, "CONCLUDING"},
      {{"MEDIATING", "ConcludeWithoutAgreement"}, "CONCLUDING"},
      {{"ACCEPTED", "ConcludeWithoutAgreement"}, "CONCLUDING"},
      {{"", "Report"}, "-"},
      {{"", "Import"}, "-"},
      {{"SUSPENDED", "Withdraw"}, "-"},
      {{"SUSPENDED", "ConcludeWithoutAgreement"}, "-"},
      {{"SUSPENDED", "ReportEscalation"}, "-"},
      {{"CLOSED_MERGED", "Archive"}, "-"},
      {{"REPORTED", "ChangeParty"}, "-"},
      {{"SUSPENDED", "ChangeParty"}, "-"},
      {{"CONCLUDING", "ChangeParty"}, "CONCLUDING"},
      {{"CONCLUDING", "WriteMinutes"}, "CONCLUDING"},
  };
  return *steps;
}

const std::set<std::string>& DockingOwned() {
  static const auto* events = new std::set<std::string>{
      "Accept",          "Decline",        "Withdraw",      "OfferTransfer", "Transfer",
      "DeclineTransfer", "CancelTransfer", "Suspend",       "Resume",        "Merge",
      "Unmerge",         "Extend",         "ConfirmAgreed", "ConfirmFailed", "AddParty"};
  return *events;
}

bool IsEnded(const std::string& state) {
  return state == "PERFORMED" || state.rfind("CLOSED_", 0) == 0;
}

// Where a caller's step leads; empty when it is refused.
std::string Expected(const std::string& from, const std::string& event, bool referral) {
  if (referral) {
    auto other = ReferralSteps().find({from, event});
    if (other != ReferralSteps().end()) return other->second == "-" ? "" : other->second;
    if (DockingOwned().contains(event)) return "";
  }
  if (IsEnded(from) && event == "FollowUp") return from == "CLOSED_MERGED" ? "" : from;
  if (IsEnded(from) && event == "Archive") return "ARCHIVED";
  auto step = OwnSteps().find({from, event});
  return step == OwnSteps().end() ? "" : step->second;
}

TEST(DisputeWorkflowTest, EveryPairAskedByACallerIsAsTheLawSays) {
  int pairs = 0, allowed = 0;
  for (int s = 0; s < kDisputeStateCount; ++s) {
    for (int e = 0; e < kDisputeEventCount; ++e) {
      for (bool referral : {false, true}) {
        const auto state = static_cast<DisputeState>(s);
        const auto event = static_cast<DisputeEvent>(e);
        const std::string expected =
            Expected(std::string(Word(state)), std::string(Word(event)), referral);
        const DisputeDecision decision = Decide(state, event, referral, Asker::kCaller);
        ++pairs;
        SCOPED_TRACE(Describe(state, event, referral, Asker::kCaller));
        ASSERT_EQ(decision.transition != nullptr, !expected.empty());
        ASSERT_EQ(decision.transition == nullptr, decision.refusal != Refusal::kNone);
        if (decision.transition != nullptr) {
          ++allowed;
          EXPECT_EQ(Word(decision.transition->to), expected);
        }
      }
    }
  }
  EXPECT_EQ(pairs, kDisputeStateCount * kDisputeEventCount * 2);
  EXPECT_EQ(allowed, 128);
}

TEST(DisputeWorkflowTest, WhatDockingDecidesIsRefusedToCallersAsReferralOwned) {
  for (int s = 0; s < kDisputeStateCount; ++s) {
    for (int e = 0; e < kDisputeEventCount; ++e) {
      const auto state = static_cast<DisputeState>(s);
      const auto event = static_cast<DisputeEvent>(e);
      SCOPED_TRACE(Describe(state, event, true, Asker::kCaller));
      EXPECT_EQ(Decide(state, event, true, Asker::kCaller).refusal == Refusal::kReferralOwned,
                DockingOwned().contains(std::string(Word(event))));
      EXPECT_NE(Decide(state, event, false, Asker::kCaller).refusal, Refusal::kReferralOwned);
    }
  }
}

TEST(DisputeWorkflowTest, DockingDecidesOnlyReferredDisputesAndOnlyItsOwnSteps) {
  const std::map<std::pair<std::string, std::string>, std::string> steps{
      {{"", "Accept"}, "ACCEPTED"},
      {{"ACCEPTED", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"MEDIATING", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"CONCLUDING", "Withdraw"}, "CLOSED_WITHDRAWN"},
      {{"ACCEPTED", "Extend"}, "ACCEPTED"},
      {{"MEDIATING", "Extend"}, "MEDIATING"},
      {{"CONCLUDING", "ConfirmAgreed"}, "AGREED"},
      {{"CONCLUDING", "ConfirmFailed"}, "CLOSED_FAILED"},
      {{"ACCEPTED", "ConfirmFailed"}, "CLOSED_FAILED"},
      {{"MEDIATING", "ConfirmFailed"}, "CLOSED_FAILED"},
  };
  for (int s = 0; s < kDisputeStateCount; ++s) {
    for (int e = 0; e < kDisputeEventCount; ++e) {
      const auto state = static_cast<DisputeState>(s);
      const auto event = static_cast<DisputeEvent>(e);
      SCOPED_TRACE(Describe(state, event, true, Asker::kDocking));
      auto step = steps.find({std::string(Word(state)), std::string(Word(event))});
      const DisputeDecision decision = Decide(state, event, true, Asker::kDocking);
      ASSERT_EQ(decision.transition != nullptr, step != steps.end());
      if (decision.transition != nullptr) {
        EXPECT_EQ(Word(decision.transition->to), step->second);
      }
      EXPECT_EQ(Decide(state, event, false, Asker::kDocking).transition, nullptr);
    }
  }
}

TEST(DisputeWorkflowTest, OneRowAtMostAnswersEachQuestion) {
  std::set<std::tuple<DisputeState, DisputeEvent, bool, bool>> seen;
  for (const DisputeTransition& row : DisputeTransitions()) {
    for (bool referral : {false, true}) {
      if (row.origin != Origin::kBoth && (row.origin == Origin::kReferral) != referral) continue;
      EXPECT_TRUE(
          seen.insert({row.from, row.event, referral, row.authority == Authority::kDocking}).second)
          << Describe(row.from, row.event, referral, Asker::kCaller);
    }
  }
}

TEST(DisputeWorkflowTest, EveryStateThatIsNotFinalHasAClockAndAStepWhenItEnds) {
  for (int s = 1; s < kDisputeStateCount; ++s) {
    const auto state = static_cast<DisputeState>(s);
    SCOPED_TRACE(std::string(Word(state)));
    EXPECT_EQ(ClockOf(state).state, state);
    EXPECT_EQ(ClockOf(state).kind.empty(), IsFinal(state));
    EXPECT_EQ(ClockOf(state).description.empty(), IsFinal(state));
    if (IsFinal(state)) continue;
    const bool own = Decide(state, DisputeEvent::kClockExpired, false, Asker::kClock).transition;
    const bool referred =
        Decide(state, DisputeEvent::kClockExpired, true, Asker::kClock).transition;
    EXPECT_EQ(own, state != DisputeState::kConcluding);
    EXPECT_EQ(referred, state != DisputeState::kReported && state != DisputeState::kSuspended &&
                            state != DisputeState::kClosedMerged);
  }
  EXPECT_TRUE(IsFinal(DisputeState::kArchived));
}

TEST(DisputeWorkflowTest, EveryStateIsReachedAndEveryStateReachesAnEnd) {
  std::set<DisputeState> reached{DisputeState::kNone}, ending{DisputeState::kArchived};
  for (int round = 0; round < kDisputeStateCount; ++round) {
    for (const DisputeTransition& row : DisputeTransitions()) {
      if (reached.contains(row.from)) reached.insert(row.to);
      if (ending.contains(row.to)) ending.insert(row.from);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kDisputeStateCount));
  EXPECT_EQ(ending.size(), static_cast<std::size_t>(kDisputeStateCount));
}

TEST(DisputeWorkflowTest, ANewStateStartsItsClockAndAKeptOneNeverStopsIt) {
  for (const DisputeTransition& row : DisputeTransitions()) {
    SCOPED_TRACE(Describe(row.from, row.event, false, Asker::kCaller));
    const bool same_clock = ClockOf(row.from).kind == ClockOf(row.to).kind;
    EXPECT_EQ(row.clock == ClockStep::kStop, IsFinal(row.to));
    if (!same_clock && !IsFinal(row.to)) {
      EXPECT_EQ(row.clock, ClockStep::kStart);
    }
    if (row.clock == ClockStep::kKeep || row.clock == ClockStep::kRestart) {
      EXPECT_TRUE(same_clock);
    }
  }
}

TEST(DisputeWorkflowTest, AnOfferThatMayBeMadeMayBeAcceptedDeclinedTakenBackAndLapses) {
  for (int s = 0; s < kDisputeStateCount; ++s) {
    const auto state = static_cast<DisputeState>(s);
    SCOPED_TRACE(std::string(Word(state)));
    const bool may_offer =
        Decide(state, DisputeEvent::kOfferTransfer, false, Asker::kCaller).transition;
    for (DisputeEvent event :
         {DisputeEvent::kTransfer, DisputeEvent::kDeclineTransfer, DisputeEvent::kCancelTransfer}) {
      EXPECT_EQ(Decide(state, event, false, Asker::kCaller).transition != nullptr, may_offer);
    }
    const DisputeDecision lapse = Decide(state, DisputeEvent::kLapseTransfer, false, Asker::kClock);
    EXPECT_EQ(lapse.transition != nullptr, may_offer);
    if (may_offer) {
      EXPECT_EQ(lapse.transition->to, state);
    }
    EXPECT_EQ(Decide(state, DisputeEvent::kLapseTransfer, false, Asker::kCaller).transition,
              nullptr);
  }
}

TEST(DisputeWorkflowTest, WordsAreDistinctAndRead) {
  std::set<std::string_view> words;
  for (int s = 1; s < kDisputeStateCount; ++s) {
    const auto state = static_cast<DisputeState>(s);
    EXPECT_TRUE(words.insert(Word(state)).second);
    EXPECT_EQ(DisputeStateOf(Word(state)), state);
  }
  for (int e = 0; e < kDisputeEventCount; ++e) {
    EXPECT_TRUE(words.insert(Word(static_cast<DisputeEvent>(e))).second);
  }
  EXPECT_EQ(DisputeStateOf("reported"), std::nullopt);
  EXPECT_EQ(DisputeStateOf(""), std::nullopt);
}

}  // namespace
}  // namespace maplebridge::registry
