// The table is checked as a whole: total, reachable, with a clock in every state that is not final.
#include "services/roster/domain/organisation_workflow.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace maplebridge::roster {
namespace {

using Event = OrganisationEvent;
using State = OrganisationState;

// The law's reading, written a second time and by hand: every pair not here must be refused.
const std::map<std::pair<State, Event>, State> kExpected = {
    {{State::kDraft, Event::kChangeMembers}, State::kDraft},
    {{State::kDraft, Event::kFile}, State::kFiled},
    {{State::kDraft, Event::kRevoke}, State::kRevoked},
    {{State::kDraft, Event::kClockExpired}, State::kRevoked},
    {{State::kFiled, Event::kChangeMembers}, State::kFiled},
    {{State::kFiled, Event::kPublish}, State::kPublished},
    {{State::kFiled, Event::kRevoke}, State::kRevoked},
    {{State::kFiled, Event::kClockExpired}, State::kFiled},
    {{State::kPublished, Event::kChangeMembers}, State::kPublished},
    {{State::kPublished, Event::kSuspend}, State::kSuspended},
    {{State::kPublished, Event::kRevoke}, State::kRevoked},
    {{State::kPublished, Event::kClockExpired}, State::kPublished},
    {{State::kSuspended, Event::kChangeMembers}, State::kSuspended},
    {{State::kSuspended, Event::kReinstate}, State::kPublished},
    {{State::kSuspended, Event::kRevoke}, State::kRevoked},
    {{State::kSuspended, Event::kClockExpired}, State::kSuspended},
};

TEST(OrganisationWorkflowTest, EveryPairIsAllowedOrRefusedAsWritten) {
  for (State state : kOrganisationStates) {
    for (Event event : kOrganisationEvents) {
      const OrganisationStep* step = FindStep(state, event);
      auto expected = kExpected.find({state, event});
      SCOPED_TRACE(std::string(Word(state)) + " " + std::string(Word(event)));
      if (expected == kExpected.end()) {
        EXPECT_EQ(step, nullptr);
      } else {
        ASSERT_NE(step, nullptr);
        EXPECT_EQ(step->to, expected->second);
        EXPECT_FALSE(step->authority.empty());
      }
    }
  }
  EXPECT_EQ(OrganisationSteps().size(), kExpected.size()) << "a pair stands twice in the table";
}

TEST(OrganisationWorkflowTest, EveryStateIsReachableAndLeadsToTheEnd) {
  std::set<State> reached = {State::kDraft};
  std::set<State> ending = {State::kRevoked};
  for (std::size_t round = 0; round < kOrganisationStates.size(); ++round) {
    for (const OrganisationStep& step : OrganisationSteps()) {
      if (reached.contains(step.from)) reached.insert(step.to);
      if (ending.contains(step.to)) ending.insert(step.from);
    }
  }
  EXPECT_EQ(reached.size(), kOrganisationStates.size());
  EXPECT_EQ(ending.size(), kOrganisationStates.size());
}

TEST(OrganisationWorkflowTest, EveryStateThatIsNotFinalHasOneClockAndItsExpiry) {
  std::set<State> with_clock;
  std::set<std::string_view> kinds;
  for (const OrganisationClock& clock : OrganisationClocks()) {
    EXPECT_TRUE(with_clock.insert(clock.state).second);
    EXPECT_TRUE(kinds.insert(clock.kind).second);
    EXPECT_GT(clock.count, 0);
    EXPECT_FALSE(clock.expiry.empty());
  }
  for (State state : kOrganisationStates) {
    bool is_final = true;
    for (const OrganisationStep& step : OrganisationSteps()) is_final &= step.from != state;
    SCOPED_TRACE(std::string(Word(state)));
    EXPECT_EQ(is_final, state == State::kRevoked);
    EXPECT_EQ(with_clock.contains(state), !is_final);
    EXPECT_EQ(FindStep(state, Event::kClockExpired) != nullptr, !is_final);
    EXPECT_EQ(FindClock(state) != nullptr, !is_final);
  }
}

TEST(OrganisationWorkflowTest, ATermIsThreeYears) {
  const OrganisationClock* clock = FindClock(State::kPublished);
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->rule, ClockRule::kMonths);
  EXPECT_EQ(clock->count, 36);
}

TEST(OrganisationWorkflowTest, WordsAreReadBack) {
  std::set<std::string_view> words;
  for (State state : kOrganisationStates) {
    EXPECT_TRUE(words.insert(Word(state)).second);
    EXPECT_EQ(OrganisationStateOf(Word(state)), state);
  }
  for (Event event : kOrganisationEvents) EXPECT_TRUE(words.insert(Word(event)).second);
  EXPECT_EQ(OrganisationStateOf("published"), std::nullopt);
  EXPECT_EQ(OrganisationStateOf(""), std::nullopt);
}

TEST(OrganisationWorkflowTest, OnlyAPublishedOrganisationTakesCases) {
  for (State state : kOrganisationStates) {
    EXPECT_EQ(MayTakeCases(state), state == State::kPublished);
  }
}

}  // namespace
}  // namespace maplebridge::roster
