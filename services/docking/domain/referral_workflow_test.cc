#include "services/docking/domain/referral_workflow.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>

namespace maplebridge::docking {
namespace {

constexpr Asker kAskers[] = {Asker::kCaller, Asker::kRegistry, Asker::kDocking, Asker::kClock};
constexpr ReferralKind kKinds[] = {ReferralKind::kUnspecified, ReferralKind::kAppointed,
                                   ReferralKind::kEntrusted};

std::string Describe(ReferralState state, ReferralEvent event, ReferralKind kind, Asker asker) {
  return std::string(Word(state)) + " + " + std::string(Word(event)) + " (" +
         std::string(Word(kind)) + ") asked by " + std::to_string(static_cast<int>(asker));
}

// The law as it was read, apart from the table: who asks, state and event, and where it leads.
// A star stands for each kind of referral; what is not here is refused.
struct Step {
  Asker asker;
  std::string from, event, to;
  char kind;  // '*', 'A' appointed only, 'E' entrusted only
};

const std::vector<Step>& Law() {
  constexpr Asker kCaller = Asker::kCaller, kRegistry = Asker::kRegistry,
                  kDocking = Asker::kDocking, kClock = Asker::kClock;
  static const auto* law = new std::vector<Step>{
      {kCaller, "", "OfferGuidance", "GUIDED", '*'},
      {kCaller, "GUIDED", "Consent", "GUIDED", '*'},
      {kCaller, "GUIDED", "CompleteConsent", "CONSENTED", '*'},
      {kCaller, "GUIDED", "Refuse", "CLOSED_REFUSED", '*'},
      {kCaller, "GUIDED", "WithdrawConsent", "CLOSED_REFUSED", '*'},
      {kCaller, "CONSENTED", "WithdrawConsent", "CLOSED_REFUSED", '*'},
      {kCaller, "SENT", "WithdrawConsent", "CLOSED_REFUSED", '*'},
      {kCaller, "DECLINED", "WithdrawConsent", "CLOSED_REFUSED", '*'},
      {kCaller, "ACCEPTED", "WithdrawConsent", "RETURNED", '*'},
      {kCaller, "GUIDED", "AddMaterial", "GUIDED", '*'},
      {kCaller, "CONSENTED", "AddMaterial", "CONSENTED", '*'},
      {kCaller, "DECLINED", "AddMaterial", "DECLINED", '*'},
      {kCaller, "CONSENTED", "Send", "SENT", '*'},
      {kCaller, "DECLINED", "Send", "SENT", '*'},
      {kCaller, "SENT", "Accept", "ACCEPTED", '*'},
      {kCaller, "SENT", "Decline", "DECLINED", '*'},
      {kCaller, "GUIDED", "Withdraw", "WITHDRAWN", '*'},
      {kCaller, "CONSENTED", "Withdraw", "WITHDRAWN", '*'},
      {kCaller, "SENT", "Withdraw", "WITHDRAWN", '*'},
      {kCaller, "DECLINED", "Withdraw", "WITHDRAWN", '*'},
      {kCaller, "ACCEPTED", "Withdraw", "WITHDRAWN", '*'},
      {kCaller, "ACCEPTED", "Extend", "ACCEPTED", '*'},
      {kCaller, "ACCEPTED", "RecordUndisputedFacts", "ACCEPTED", '*'},
      {kRegistry, "ACCEPTED", "OpenDispute", "ACCEPTED", '*'},
      {kRegistry, "ACCEPTED", "Progress", "ACCEPTED", '*'},
      {kRegistry, "ACCEPTED", "Agree", "AGREED", '*'},
      {kRegistry, "ACCEPTED", "Return", "RETURNED", '*'},
      {kCaller, "AGREED", "AcknowledgeFeedback", "AGREED", '*'},
      {kRegistry, "AGREED", "Progress", "AGREED", '*'},
      {kRegistry, "AGREED", "Amend", "AGREED", '*'},
      {kRegistry, "AGREED", "CloseUnperformed", "CLOSED_UNPERFORMED", '*'},
      {kRegistry, "AGREED", "SetAside", "CLOSED_SET_ASIDE", '*'},
      // Confirmation only after an appointed referral (SIM 19); of a suit only after an entrusted
      // one (SIM 20).
      {kDocking, "AGREED", "ApplyForConfirmation", "AGREED", 'A'},
      {kDocking, "AGREED", "EndConfirmation", "AGREED", 'A'},
      {kDocking, "AGREED", "RefuseConfirmation", "AGREED", 'A'},
      {kDocking, "AGREED", "Confirm", "CLOSED_CONFIRMED", 'A'},
      {kCaller, "AGREED", "WithdrawSuit", "CLOSED_SUIT_WITHDRAWN", 'E'},
      {kCaller, "AGREED", "IssueMediationDocument", "CLOSED_MEDIATION_DOCUMENT", 'E'},
      {kCaller, "RETURNED", "RegisterCase", "CLOSED_REGISTERED", 'A'},
      {kCaller, "CLOSED_REFUSED", "RegisterCase", "CLOSED_REGISTERED", 'A'},
      {kCaller, "CLOSED_LAPSED", "RegisterCase", "CLOSED_REGISTERED", 'A'},
      {kCaller, "RETURNED", "ResumeTrial", "CLOSED_TRIAL_RESUMED", 'E'},
      {kCaller, "CLOSED_REFUSED", "ResumeTrial", "CLOSED_TRIAL_RESUMED", 'E'},
      {kCaller, "CLOSED_LAPSED", "ResumeTrial", "CLOSED_TRIAL_RESUMED", 'E'},
      {kRegistry, "RETURNED", "OpenDispute", "RETURNED", '*'},
      {kRegistry, "WITHDRAWN", "OpenDispute", "WITHDRAWN", '*'},
      {kRegistry, "CLOSED_REGISTERED", "OpenDispute", "CLOSED_REGISTERED", '*'},
      {kRegistry, "CLOSED_TRIAL_RESUMED", "OpenDispute", "CLOSED_TRIAL_RESUMED", '*'},
      {kRegistry, "CLOSED_CONFIRMED", "Progress", "CLOSED_CONFIRMED", '*'},
      {kRegistry, "CLOSED_SUIT_WITHDRAWN", "Progress", "CLOSED_SUIT_WITHDRAWN", '*'},
      {kRegistry, "CLOSED_MEDIATION_DOCUMENT", "Progress", "CLOSED_MEDIATION_DOCUMENT", '*'},
      {kRegistry, "CLOSED_SETTLED", "Progress", "CLOSED_SETTLED", '*'},
      {kRegistry, "CLOSED_UNCONFIRMED", "Progress", "CLOSED_UNCONFIRMED", '*'},
      {kClock, "GUIDED", "ClockExpired", "CLOSED_REFUSED", '*'},
      {kClock, "CONSENTED", "ClockExpired", "CLOSED_LAPSED", '*'},
      {kClock, "SENT", "ClockExpired", "DECLINED", '*'},
      {kClock, "DECLINED", "ClockExpired", "CLOSED_LAPSED", '*'},
      {kClock, "ACCEPTED", "ClockExpired", "RETURNED", '*'},
      {kClock, "AGREED", "ClockExpired", "AGREED", '*'},
      {kClock, "AGREED", "WindowClosed", "CLOSED_SETTLED", 'A'},
      {kClock, "AGREED", "WindowClosedUnconfirmed", "CLOSED_UNCONFIRMED", 'A'},
      {kClock, "RETURNED", "ClockExpired", "RETURNED", '*'},
      {kClock, "CLOSED_REFUSED", "ClockExpired", "CLOSED_REFUSED", '*'},
      {kClock, "CLOSED_LAPSED", "ClockExpired", "CLOSED_LAPSED", '*'},
  };
  return *law;
}

const Step* StepOf(Asker asker, std::string_view from, std::string_view event) {
  for (const Step& step : Law()) {
    if (step.asker == asker && step.from == from && step.event == event) return &step;
  }
  return nullptr;
}

bool Covers(char guard, ReferralKind kind) {
  return guard == '*' || (guard == 'A' && kind == ReferralKind::kAppointed) ||
         (guard == 'E' && kind == ReferralKind::kEntrusted);
}

TEST(ReferralWorkflowTest, EveryPairOfStateAndEventIsAsTheLawSays) {
  int asked = 0, allowed = 0;
  for (int s = 0; s < kReferralStateCount; ++s) {
    for (int e = 0; e < kReferralEventCount; ++e) {
      for (ReferralKind kind : kKinds) {
        for (Asker asker : kAskers) {
          const auto state = static_cast<ReferralState>(s);
          const auto event = static_cast<ReferralEvent>(e);
          SCOPED_TRACE(Describe(state, event, kind, asker));
          const Step* step = StepOf(asker, Word(state), Word(event));
          const ReferralDecision decision = Decide(state, event, kind, asker);
          ++asked;
          if (step == nullptr) {
            EXPECT_EQ(decision.transition, nullptr);
            EXPECT_EQ(decision.refusal, ReferralRefusal::kStateForbids);
          } else if (!Covers(step->kind, kind)) {
            EXPECT_EQ(decision.transition, nullptr);
            EXPECT_EQ(decision.refusal, ReferralRefusal::kWrongKind);
          } else {
            ASSERT_NE(decision.transition, nullptr);
            EXPECT_EQ(Word(decision.transition->to), step->to);
            EXPECT_EQ(decision.refusal, ReferralRefusal::kNone);
            ++allowed;
          }
        }
      }
    }
  }
  EXPECT_EQ(asked, 20 * 31 * 3 * 4);
  EXPECT_GT(allowed, static_cast<int>(Law().size()));
}

TEST(ReferralWorkflowTest, TheTableHoldsNothingButTheLaw) {
  EXPECT_EQ(ReferralTransitions().size(), Law().size());
  std::set<std::tuple<ReferralState, ReferralEvent>> seen;
  for (const ReferralTransition& row : ReferralTransitions()) {
    EXPECT_TRUE(seen.insert({row.from, row.event}).second)
        << Word(row.from) << " + " << Word(row.event) << " stands twice";
  }
}

TEST(ReferralWorkflowTest, EveryStateThatIsNotFinalHasAClockAndAStepWhenItEnds) {
  for (int s = 1; s < kReferralStateCount; ++s) {
    const auto state = static_cast<ReferralState>(s);
    SCOPED_TRACE(std::string(Word(state)));
    const ReferralStateClock& clock = ReferralStateClocks()[static_cast<std::size_t>(s)];
    EXPECT_EQ(clock.state, state);
    EXPECT_EQ(clock.description.empty(), IsFinal(state));
    const bool expires =
        Decide(state, ReferralEvent::kClockExpired, ReferralKind::kAppointed, Asker::kClock)
            .transition != nullptr;
    EXPECT_EQ(expires, !IsFinal(state));
  }
}

TEST(ReferralWorkflowTest, EveryStateIsReachedAndEveryStateReachesAnEnd) {
  std::set<ReferralState> reached{ReferralState::kNone}, ending;
  for (int s = 1; s < kReferralStateCount; ++s) {
    if (IsFinal(static_cast<ReferralState>(s))) ending.insert(static_cast<ReferralState>(s));
  }
  EXPECT_EQ(ending.size(), 10u);
  for (int round = 0; round < kReferralStateCount; ++round) {
    for (const ReferralTransition& row : ReferralTransitions()) {
      if (reached.contains(row.from)) reached.insert(row.to);
      if (ending.contains(row.to)) ending.insert(row.from);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kReferralStateCount));
  EXPECT_EQ(ending.size(), static_cast<std::size_t>(kReferralStateCount));
}

TEST(ReferralWorkflowTest, AStepThatChangesTheStateStartsOrStopsTheClock) {
  for (const ReferralTransition& row : ReferralTransitions()) {
    SCOPED_TRACE(Describe(row.from, row.event, ReferralKind::kUnspecified, Asker::kCaller));
    if (row.from == row.to) {
      EXPECT_NE(row.clock, ClockStep::kStop);
      if (IsFinal(row.to)) {
        EXPECT_EQ(row.clock, ClockStep::kKeep);
      }
    } else {
      EXPECT_EQ(row.clock, IsFinal(row.to) ? ClockStep::kStop : ClockStep::kStart);
    }
  }
}

TEST(ReferralWorkflowTest, WordsAreDistinctAndRead) {
  std::set<std::string_view> words;
  for (int s = 1; s < kReferralStateCount; ++s) {
    const auto state = static_cast<ReferralState>(s);
    EXPECT_TRUE(words.insert(Word(state)).second);
    EXPECT_EQ(ReferralStateOf(Word(state)), state);
  }
  for (int e = 0; e < kReferralEventCount; ++e) {
    EXPECT_TRUE(words.insert(Word(static_cast<ReferralEvent>(e))).second);
  }
  EXPECT_EQ(ReferralStateOf("guided"), std::nullopt);
  EXPECT_EQ(ReferralKindOf("ENTRUSTED"), ReferralKind::kEntrusted);
  EXPECT_EQ(ReferralKindOf("x"), ReferralKind::kUnspecified);
}

}  // namespace
}  // namespace maplebridge::docking
