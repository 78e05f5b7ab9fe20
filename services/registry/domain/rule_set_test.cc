#include "services/registry/domain/rule_set.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/calendar/test_calendar.h"
#include "services/registry/domain/category.h"

namespace maplebridge::registry {
namespace {

using calendar::DeadlineRule;
using S = DisputeState;
using E = DisputeEvent;

std::string Found(const RuleSet& rules) {
  std::string found;
  for (const Violation& violation : CheckRules(rules)) {
    found += violation.field + " " + violation.description + "\n";
  }
  return found;
}

RuleSet Without(const std::function<bool(const DisputeTransition&)>& is_left_out) {
  RuleSet rules = BuiltInRules();
  std::erase_if(rules.steps, [&](const DisputeTransition* row) { return is_left_out(*row); });
  return rules;
}

LimitRule Limit(const std::string& clock, const std::string& category, const std::string& place,
                int length, DeadlineRule rule = DeadlineRule::kCalendar) {
  return {clock, category, place, {rule, length}, "测试"};
}

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST(RuleSetTest, WhatTheProgramWasBuiltWithIsWithoutFault) {
  EXPECT_EQ(Found(BuiltInRules()), "");
  EXPECT_EQ(BuiltInRules().steps.size(), DisputeTransitions().size());
}

TEST(RuleSetTest, AStateWithoutAStepOutOfItIsFound) {
  const std::string found =
      Found(Without([](const DisputeTransition& row) { return row.from == S::kSuspended; }));
  EXPECT_TRUE(Holds(found, "SUSPENDED has no step out of it")) << found;
  EXPECT_TRUE(Holds(found, "SUSPENDED has a clock whose end does nothing")) << found;
}

TEST(RuleSetTest, ADeadEndIsFoundWhereTwoStatesOnlyLeadToEachOther) {
  // Suspension and mediation go back and forth, and nothing else leads out of either.
  const std::string found = Found(Without([](const DisputeTransition& row) {
    const bool is_of_pair = row.from == S::kMediating || row.from == S::kSuspended;
    return is_of_pair && row.to != S::kMediating && row.to != S::kSuspended;
  }));
  EXPECT_TRUE(Holds(found, "MEDIATING is a dead end")) << found;
  EXPECT_TRUE(Holds(found, "SUSPENDED is a dead end")) << found;
}

TEST(RuleSetTest, AStateThatIsNotReachedNeedsNothing) {
  const RuleSet rules = Without([](const DisputeTransition& row) {
    return row.event == E::kSuspend || row.from == S::kSuspended;
  });
  EXPECT_EQ(Found(rules), "");
}

TEST(RuleSetTest, WhoDecidesHasSomethingToDecide) {
  const std::string found = Found(
      Without([](const DisputeTransition& row) { return row.authority == Authority::kCourt; }));
  EXPECT_EQ(found, "steps leave nothing to decide to the court\n");
}

TEST(RuleSetTest, NothingBeginsWithoutTheFirstStep) {
  const std::string found = Found(Without([](const DisputeTransition& row) {
    return row.from == S::kNone && row.event == E::kReport;
  }));
  EXPECT_TRUE(Holds(found, "let no dispute begin")) << found;
}

TEST(RuleSetTest, EachFaultOfALimitNamesItsRow) {
  struct Case {
    LimitRule row;
    std::string field;
  };
  const std::string at = absl::StrCat("limits[", BuiltInRules().limits.size(), "]");
  for (const Case& each :
       {Case{Limit("accept", "", "33", 3, DeadlineRule::kWorking), ""},
        Case{Limit("accept", "", "33", 4, DeadlineRule::kWorking), at + ".length"},
        Case{Limit("accept", "", "33", 3), at + ".length"},
        Case{Limit("mediation", "MEDICAL", "33", 30, DeadlineRule::kWorking), ""},
        Case{Limit("mediation", "LABOUR", "33", 16), at + ".length"},
        Case{Limit("nothing", "", "", 3), at + ".clock"},
        Case{Limit("archive", "NOTHING", "", 3), at + ".category"},
        Case{Limit("archive", "", "3", 3), at + ".division"},
        Case{Limit("archive", "", "3a", 3), at + ".division"},
        Case{Limit("archive", "CONTRACT", "", 0), at + ".length"},
        Case{Limit("archive", "CONTRACT", "", 365), ""},
        Case{Limit("archive", "CONTRACT", "", 366), at + ".length"},
        Case{Limit("archive", "CONTRACT", "", 12, DeadlineRule::kMonths), ""},
        Case{Limit("archive", "CONTRACT", "", 13, DeadlineRule::kMonths), at + ".length"},
        Case{Limit("archive", "", "", 3), at}}) {
    RuleSet rules = BuiltInRules();
    rules.limits.push_back(each.row);
    const Violations found = CheckRules(rules);
    ASSERT_EQ(found.size(), each.field.empty() ? 0u : 1u) << Found(rules) << each.field;
    EXPECT_EQ(found.empty() ? "" : found[0].field, each.field);
  }
  RuleSet rules = BuiltInRules();
  std::erase_if(rules.limits, [](const LimitRule& row) { return row.category == "MEDICAL"; });
  EXPECT_TRUE(Holds(Found(rules), "without a national limit for MEDICAL"));
}

TEST(RuleSetTest, TheCategorysOwnRowCountsBeforeThePlacesAndTheNarrowestPlaceBeforeTheWider) {
  RuleSet rules = BuiltInRules();
  rules.limits.push_back(Limit("mediation", "", "33", 25));
  rules.limits.push_back(Limit("mediation", "CONTRACT", "33", 20));
  rules.limits.push_back(Limit("mediation", "CONTRACT", "330102", 10));
  const auto days = [&](std::string_view category, std::uint64_t place) {
    return FindLimit(rules, "mediation", category, place)->period.length;
  };
  EXPECT_EQ(days("CONTRACT", 330102001000), 10);
  EXPECT_EQ(days("CONTRACT", 330103001000), 20);
  EXPECT_EQ(days("CONTRACT", 320103001000), 30);
  EXPECT_EQ(days("MEDICAL", 330102001000), 30) << "the law on medical disputes stands";
  EXPECT_EQ(FindLimit(rules, "nothing", "CONTRACT", 330102001000), nullptr);
}

TEST(RuleSetTest, AStepThatAVersionLeavesOutIsRefusedUnderItAlone) {
  const RuleSet rules = Without([](const DisputeTransition& row) {
    return row.event == E::kOfferTransfer || row.event == E::kWithdraw;
  });
  EXPECT_EQ(Decide(rules, S::kAccepted, E::kOfferTransfer, false, Asker::kCaller).refusal,
            Refusal::kStateForbids);
  EXPECT_EQ(Decide(BuiltInRules(), S::kAccepted, E::kOfferTransfer, false, Asker::kCaller).refusal,
            Refusal::kNone);
  EXPECT_EQ(Decide(rules, S::kAccepted, E::kOfferTransfer, true, Asker::kCaller).refusal,
            Refusal::kReferralOwned);
}

TEST(RuleSetTest, TryingAVersionTellsWhatEachOpenDisputeWouldMeet) {
  Dispute dispute;
  dispute.state = S::kMediating;
  dispute.category = "CONTRACT";
  dispute.division = 330102001000;
  dispute.limit = MediationLimit{calendar::StartOfChinaDay(absl::CivilDay(2026, 9, 1)), {}};
  dispute.clock.due_day = absl::CivilDay(2026, 10, 8);
  const absl::CivilDay today(2026, 9, 28);
  const auto effect = [&](const RuleSet& rules) {
    return *EffectOn(rules, calendar::TestCalendar(), dispute, today);
  };
  RulesEffect same = effect(BuiltInRules());
  EXPECT_FALSE(same.is_stuck || same.is_earlier || same.is_later || same.is_overdue);
  RuleSet tight = BuiltInRules();
  tight.limits.push_back(Limit("mediation", "CONTRACT", "33", 28));
  EXPECT_TRUE(effect(tight).is_earlier);
  EXPECT_FALSE(effect(tight).is_overdue);
  tight.limits.back().period.length = 20;
  EXPECT_TRUE(effect(tight).is_overdue);
  dispute.overdue = true;
  EXPECT_FALSE(effect(tight).is_earlier) << "its limit ran out long ago";
  dispute.overdue = false;
  EXPECT_TRUE(effect(Without([](const DisputeTransition& row) {
                return row.from == S::kMediating;
              })).is_stuck);
  dispute.state = S::kArchived;
  EXPECT_FALSE(effect(Without([](const DisputeTransition&) { return true; })).is_stuck);
}

}  // namespace
}  // namespace maplebridge::registry
