#include "services/docking/domain/confirmation_workflow.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace maplebridge::docking {
namespace {

using Pair = std::pair<std::string, std::string>;

// The law as it was read, apart from the table.
const std::map<Pair, std::string>& Law() {
  static const auto* law = new std::map<Pair, std::string>{
      {{"", "Apply"}, "DRAFT"},
      {{"", "ApplyJointly"}, "JOINTLY_APPLIED"},
      {{"DRAFT", "Join"}, "DRAFT"},
      {{"DRAFT", "ApplyJointly"}, "JOINTLY_APPLIED"},
      {{"JOINTLY_APPLIED", "Submit"}, "SUBMITTED"},
      {{"SUBMITTED", "Accept"}, "ACCEPTED"},
      {{"SUBMITTED", "Decline"}, "NOT_ACCEPTED"},
      {{"ACCEPTED", "Confirm"}, "CONFIRMED"},
      {{"ACCEPTED", "Reject"}, "REJECTED"},
      {{"ACCEPTED", "Dismiss"}, "DISMISSED"},
      {{"DRAFT", "Withdraw"}, "WITHDRAWN"},
      {{"JOINTLY_APPLIED", "Withdraw"}, "WITHDRAWN"},
      {{"SUBMITTED", "Withdraw"}, "WITHDRAWN"},
      {{"ACCEPTED", "Withdraw"}, "WITHDRAWN"},
  };
  return *law;
}

const std::map<std::string, std::string>& Expiries() {
  static const auto* expiries = new std::map<std::string, std::string>{
      {"DRAFT", "LAPSED"},
      {"JOINTLY_APPLIED", "LAPSED"},
      {"SUBMITTED", "SUBMITTED"},
      {"ACCEPTED", "ACCEPTED"},
  };
  return *expiries;
}

std::string Expected(const std::string& from, const std::string& event, Asker asker) {
  if (asker == Asker::kCaller && Law().contains({from, event})) return Law().at({from, event});
  if (asker == Asker::kClock && event == "ClockExpired" && Expiries().contains(from)) {
    return Expiries().at(from);
  }
  return "";
}

TEST(ConfirmationWorkflowTest, EveryPairOfStateAndEventIsAsTheLawSays) {
  int allowed = 0;
  for (int s = 0; s < kConfirmationStateCount; ++s) {
    for (int e = 0; e < kConfirmationEventCount; ++e) {
      for (Asker asker : {Asker::kCaller, Asker::kRegistry, Asker::kDocking, Asker::kClock}) {
        const auto state = static_cast<ConfirmationState>(s);
        const auto event = static_cast<ConfirmationEvent>(e);
        const ConfirmationTransition* row = Decide(state, event, asker);
        const std::string expected =
            Expected(std::string(Word(state)), std::string(Word(event)), asker);
        EXPECT_EQ(row == nullptr ? "" : std::string(Word(row->to)), expected)
            << Word(state) << " + " << Word(event);
        allowed += row != nullptr;
      }
    }
  }
  EXPECT_EQ(allowed, 18);
  EXPECT_EQ(ConfirmationTransitions().size(), 18u);
}

TEST(ConfirmationWorkflowTest, EveryStateThatIsNotFinalHasAClockAndAStepWhenItEnds) {
  for (int s = 1; s < kConfirmationStateCount; ++s) {
    const auto state = static_cast<ConfirmationState>(s);
    SCOPED_TRACE(std::string(Word(state)));
    EXPECT_EQ(ClockOf(state).state, state);
    EXPECT_EQ(ClockOf(state).kind.empty(), IsFinal(state));
    EXPECT_EQ(Decide(state, ConfirmationEvent::kClockExpired, Asker::kClock) == nullptr,
              IsFinal(state));
  }
  EXPECT_TRUE(IsWithCourt(ConfirmationState::kSubmitted));
  EXPECT_FALSE(IsWithCourt(ConfirmationState::kDraft));
}

TEST(ConfirmationWorkflowTest, EveryStateIsReachedAndEveryStateReachesAnEnd) {
  std::set<ConfirmationState> reached{ConfirmationState::kNone}, ending;
  for (int s = 1; s < kConfirmationStateCount; ++s) {
    const auto state = static_cast<ConfirmationState>(s);
    if (IsFinal(state)) ending.insert(state);
  }
  EXPECT_EQ(ending.size(), 6u);
  for (int round = 0; round < kConfirmationStateCount; ++round) {
    for (const ConfirmationTransition& row : ConfirmationTransitions()) {
      if (reached.contains(row.from)) reached.insert(row.to);
      if (ending.contains(row.to)) ending.insert(row.from);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kConfirmationStateCount));
  EXPECT_EQ(ending.size(), static_cast<std::size_t>(kConfirmationStateCount));
}

TEST(ConfirmationWorkflowTest, AFinalStateStopsTheClock) {
  for (const ConfirmationTransition& row : ConfirmationTransitions()) {
    EXPECT_EQ(row.clock == ClockStep::kStop, IsFinal(row.to)) << Word(row.event);
  }
}

TEST(ConfirmationWorkflowTest, WordsAreDistinctAndRead) {
  std::set<std::string_view> words;
  for (int s = 1; s < kConfirmationStateCount; ++s) {
    const auto state = static_cast<ConfirmationState>(s);
    EXPECT_TRUE(words.insert(Word(state)).second);
    EXPECT_EQ(ConfirmationStateOf(Word(state)), state);
  }
  for (int e = 0; e < kConfirmationEventCount; ++e) {
    EXPECT_TRUE(words.insert(Word(static_cast<ConfirmationEvent>(e))).second);
  }
}

}  // namespace
}  // namespace maplebridge::docking
