#include "services/analytics/domain/fact.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace maplebridge::analytics {
namespace {

absl::Time At(int hour) { return absl::FromUnixSeconds(1790000000 + hour * 3600); }

Change To(std::string state, std::int64_t revision, FactKind kind = FactKind::kDispute) {
  Change change;
  change.resource = "disputes/D-330102-2026-00000011";
  change.kind = kind;
  change.revision = revision;
  change.event_time = At(static_cast<int>(revision));
  change.division = "330102001000";
  change.organisation = "organisations/a";
  change.category = "CONTRACT";
  change.source = "APPLICATION";
  change.to_state = std::move(state);
  return change;
}

Fact Walk(const std::vector<std::string>& states, FactKind kind = FactKind::kDispute) {
  Fact fact;
  std::int64_t revision = 0;
  for (const std::string& state : states) fact = Apply(fact, To(state, ++revision, kind));
  return fact;
}

// Hours at which the milestones were passed, -1 for those that were not.
std::vector<int> Hours(const Fact& fact) {
  std::vector<int> hours;
  for (Milestone milestone : kMilestones) {
    const auto& time = fact.time(milestone);
    hours.push_back(time ? static_cast<int>(absl::ToInt64Hours(*time - At(0))) : -1);
  }
  return hours;
}

using Expected = std::vector<int>;  // opened, accepted, settled, failed, ended, performed

TEST(FactTest, AWholeLifePassesEachMilestoneOnce) {
  const Fact fact = Walk({"REPORTED", "ACCEPTED", "MEDIATING", "MEDIATING", "AGREED", "AGREED",
                          "PERFORMED", "ARCHIVED"});
  EXPECT_EQ(Hours(fact), (Expected{1, 2, 5, -1, 5, 7}));
  EXPECT_EQ(OutcomeOf(fact), "SETTLED");
}

TEST(FactTest, ADisputeBornOfAReferralIsOpenedAndAcceptedAtOnce) {
  EXPECT_EQ(Hours(Walk({"ACCEPTED"})), (Expected{1, 1, -1, -1, -1, -1}));
  EXPECT_EQ(Hours(Walk({"ACCEPTED", "MEDIATING", "CONCLUDING", "CLOSED_FAILED"})),
            (Expected{1, 1, -1, 4, 4, -1}));
}

TEST(FactTest, WhatIsTakenBackIsCountedNoLonger) {
  // Transferred to another organisation: accepted anew there.
  EXPECT_EQ(Hours(Walk({"REPORTED", "ACCEPTED", "REPORTED", "ACCEPTED"})),
            (Expected{1, 4, -1, -1, -1, -1}));
  // An agreement that was set aside was no success; the mediation ended with it all the same.
  const Fact fact = Walk({"REPORTED", "ACCEPTED", "AGREED", "CLOSED_SET_ASIDE"});
  EXPECT_EQ(Hours(fact), (Expected{1, 2, -1, 4, 3, -1}));
  EXPECT_EQ(OutcomeOf(fact), "FAILED");
}

TEST(FactTest, ADuplicateCountsNowhereAlsoOnceArchived) {
  const Expected nothing{-1, -1, -1, -1, -1, -1};
  EXPECT_EQ(Hours(Walk({"REPORTED", "ACCEPTED", "CLOSED_MERGED"})), nothing);
  EXPECT_EQ(Hours(Walk({"REPORTED", "CLOSED_MERGED", "ARCHIVED"})), nothing);
  // Parted again, it is a dispute of its own.
  EXPECT_EQ(Hours(Walk({"REPORTED", "CLOSED_MERGED", "REPORTED", "ACCEPTED"})),
            (Expected{3, 4, -1, -1, -1, -1}));
}

TEST(FactTest, AStandstillChangesNoMilestone) {
  EXPECT_EQ(Hours(Walk({"REPORTED", "ACCEPTED", "MEDIATING", "SUSPENDED", "MEDIATING", "AGREED"})),
            (Expected{1, 2, 6, -1, 6, -1}));
}

TEST(FactTest, AReferralCountsFromTheDayItIsSent) {
  const FactKind kind = FactKind::kReferral;
  EXPECT_EQ(Hours(Walk({"GUIDED", "CONSENTED"}, kind)), (Expected{-1, -1, -1, -1, -1, -1}));
  EXPECT_EQ(Hours(Walk({"GUIDED", "CLOSED_REFUSED"}, kind)), (Expected{-1, -1, -1, -1, -1, -1}));
  EXPECT_EQ(Hours(Walk({"GUIDED", "CONSENTED", "SENT", "DECLINED", "SENT", "ACCEPTED", "AGREED",
                        "CLOSED_CONFIRMED"},
                       kind)),
            (Expected{3, 6, 7, -1, 7, -1}));
  EXPECT_EQ(Hours(Walk({"GUIDED", "CONSENTED", "SENT", "ACCEPTED", "RETURNED", "CLOSED_REGISTERED"},
                       kind)),
            (Expected{3, 4, -1, 5, 5, -1}));
  EXPECT_EQ(Hours(Walk({"GUIDED", "CONSENTED", "WITHDRAWN"}, kind)),
            (Expected{-1, -1, -1, -1, -1, -1}));
  EXPECT_EQ(OutcomeOf(Walk({"GUIDED"}, kind)), "NOT_OPENED");
  EXPECT_EQ(OutcomeOf(Walk({"GUIDED", "CONSENTED", "SENT", "WITHDRAWN"}, kind)), "OTHER");
}

TEST(FactTest, AReplayChangesNothing) {
  Fact fact;
  const std::vector<std::string> states = {"REPORTED", "ACCEPTED", "MEDIATING", "AGREED"};
  for (std::size_t i = 0; i < states.size(); ++i) {
    fact = Apply(fact, To(states[i], static_cast<std::int64_t>(i) + 1));
    for (std::size_t j = 0; j <= i; ++j) {
      Change old = To(states[j], static_cast<std::int64_t>(j) + 1);
      old.division = "440100000000";
      const Fact again = Apply(fact, old);
      EXPECT_EQ(again.revision, fact.revision);
      EXPECT_EQ(again.division, "330102001000");
      EXPECT_EQ(again.times, fact.times);
    }
  }
}

TEST(FactTest, AnUnknownStateKeepsWhatIsKnown) {
  const Fact fact = Walk({"REPORTED", "ACCEPTED", "SOMETHING_NEW"});
  EXPECT_EQ(Hours(fact), (Expected{1, 2, -1, -1, -1, -1}));
  EXPECT_EQ(fact.state, "SOMETHING_NEW");
  EXPECT_EQ(fact.revision, 3);
}

TEST(FactTest, EveryStateStandsOnceAndContradictsNothing) {
  std::set<std::pair<FactKind, std::string_view>> seen;
  for (const StateMeaning& meaning : StateMeanings()) {
    SCOPED_TRACE(std::string(meaning.state));
    EXPECT_TRUE(seen.insert({meaning.kind, meaning.state}).second);
    const bool is_settled = (meaning.holds & Set(Milestone::kSettled)) != 0;
    const bool is_failed = (meaning.holds & Set(Milestone::kFailed)) != 0;
    EXPECT_FALSE(is_settled && is_failed);
    if (is_settled || is_failed) {
      EXPECT_NE(meaning.holds & Set(Milestone::kEnded), 0U);
    }
    EXPECT_EQ(FindStateMeaning(meaning.kind, meaning.state), &meaning);
  }
}

TEST(FactTest, WordsAreReadBack) {
  std::set<std::string_view> words;
  for (FactKind kind : kFactKinds) EXPECT_EQ(FactKindOf(Word(kind)), kind);
  for (Milestone milestone : kMilestones) EXPECT_TRUE(words.insert(Word(milestone)).second);
  EXPECT_EQ(FactKindOf("dispute"), std::nullopt);
}

}  // namespace
}  // namespace maplebridge::analytics
