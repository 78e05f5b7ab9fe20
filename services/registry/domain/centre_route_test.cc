#include "services/registry/domain/centre_route.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace maplebridge::registry {
namespace {

using S = RouteState;
using E = RouteEvent;

TEST(CentreRouteTest, EveryPairOfStateAndEventIsAllowedOrRefusedAsWritten) {
  const std::map<std::pair<S, E>, S> allowed = {
      {{S::kNone, E::kPropose}, S::kProposed},
      {{S::kProposed, E::kAccept}, S::kAccepted},
      {{S::kProposed, E::kDecline}, S::kDeclined},
      {{S::kProposed, E::kWithdraw}, S::kWithdrawn},
      {{S::kProposed, E::kClockExpired}, S::kLapsed},
      {{S::kAccepted, E::kEnd}, S::kEnded},
      {{S::kAccepted, E::kWithdraw}, S::kWithdrawn},
      {{S::kAccepted, E::kClockExpired}, S::kAccepted},
  };
  for (int state = 0; state < kRouteStateCount; ++state) {
    for (int event = 0; event < kRouteEventCount; ++event) {
      const auto pair = std::make_pair(static_cast<S>(state), static_cast<E>(event));
      SCOPED_TRACE(
          absl::StrCat(std::string(Word(pair.first)), " ", std::string(Word(pair.second))));
      const RouteTransition* step = Decide(pair.first, pair.second);
      const auto expected = allowed.find(pair);
      ASSERT_EQ(step != nullptr, expected != allowed.end());
      if (step != nullptr) {
        EXPECT_EQ(step->to, expected->second);
      }
    }
  }
}

TEST(CentreRouteTest, FourStatesAreFinalAndAllAreReached) {
  std::set<S> reached;
  for (const RouteTransition& row : RouteTransitions()) reached.insert(row.to);
  for (int state = 1; state < kRouteStateCount; ++state) {
    const auto each = static_cast<S>(state);
    EXPECT_TRUE(reached.contains(each)) << Word(each);
    EXPECT_EQ(IsFinal(each), each != S::kProposed && each != S::kAccepted) << Word(each);
  }
}

TEST(CentreRouteTest, EveryForceHasLimitsWithTheirSource) {
  for (int i = 0; i < kForceKindCount; ++i) {
    const auto force = static_cast<ForceKind>(i);
    const ForceLimit& limit = LimitOf(force, "CONTRACT");
    EXPECT_EQ(limit.force, force);
    EXPECT_GT(limit.answer.length, 0);
    EXPECT_GT(limit.outcome.length, limit.answer.length);
    EXPECT_FALSE(limit.answer_source.empty());
    EXPECT_FALSE(limit.outcome_source.empty());
    EXPECT_EQ(ForceKindOf(Word(force)), force);
  }
  EXPECT_EQ(ForceKindOf("POLICE"), std::nullopt);
}

TEST(CentreRouteTest, LabourAndLandArbitrationHaveTheirOwnLimits) {
  const ForceLimit& labour = LimitOf(ForceKind::kArbitration, "LABOUR");
  EXPECT_EQ(labour.answer.rule, calendar::DeadlineRule::kCalendar);
  EXPECT_EQ(labour.answer.length, 5);
  EXPECT_EQ(labour.outcome.length, 45);
  const ForceLimit& land = LimitOf(ForceKind::kArbitration, "FOREST_LAND");
  EXPECT_EQ(land.answer.rule, calendar::DeadlineRule::kWorking);
  EXPECT_EQ(land.outcome.length, 60);
  EXPECT_EQ(LimitOf(ForceKind::kArbitration, "CONTRACT").outcome.length, 120);
}

TEST(CentreRouteTest, ArbitrationNeedsAnAgreementOrALabourOrLandDispute) {
  const struct {
    const char* category;
    bool has_agreement;
    bool is_open;
  } cases[] = {
      {"CONTRACT", false, false},       {"CONTRACT", true, true},
      {"LABOUR", false, true},          {"FOREST_LAND", false, true},
      {"CONSUMER", false, false},       {"MARRIAGE_FAMILY", false, false},
      {"MARRIAGE_FAMILY", true, false},
  };
  for (const auto& each : cases) {
    RouteCase route_case;
    route_case.category = each.category;
    route_case.has_arbitration_agreement = each.has_agreement;
    const std::string why = WhyNotOpen(ForceKind::kArbitration, route_case);
    EXPECT_EQ(why.empty(), each.is_open) << each.category << " " << why;
    if (!each.is_open) {
      EXPECT_NE(why.find("仲裁法"), std::string::npos) << why;
    }
  }
}

TEST(CentreRouteTest, ReconsiderationNeedsAnOrganOfTheStateOrExpropriation) {
  Dispute dispute;
  dispute.category = "CONTRACT";
  Party party;
  party.kind = PartyKind::kOrganisation;
  party.identity_kind = IdentityKind::kSocialCredit;
  party.identity_number = "91330100MA27W1KQ3B";  // a company
  dispute.parties = {party};
  const auto why = [&dispute] {
    return WhyNotOpen(ForceKind::kAdministrativeReconsideration, RouteCaseOf(dispute, true));
  };
  EXPECT_NE(why().find("行政复议法"), std::string::npos);
  dispute.parties[0].identity_number = "12330100470000000X";  // an institution, no organ
  EXPECT_NE(why(), "");
  dispute.parties[0].identity_number = "11330100002489000X";  // an organ
  EXPECT_EQ(why(), "");
  dispute.parties[0].identity_kind = IdentityKind::kResident;
  EXPECT_NE(why(), "");
  dispute.category = "LAND_ACQUISITION";
  EXPECT_EQ(why(), "");
}

TEST(CentreRouteTest, MediationIsOpenToEveryDispute) {
  for (ForceKind force :
       {ForceKind::kPeoplesMediation, ForceKind::kLawyerMediation, ForceKind::kCommercialMediation,
        ForceKind::kIndustryMediation, ForceKind::kAdministrativeMediation}) {
    EXPECT_EQ(WhyNotOpen(force, {"MARRIAGE_FAMILY", false, false}), "") << Word(force);
  }
}

TEST(CentreRouteTest, AnOfferIsFollowedByItsRoute) {
  const auto follows = [](DisputeEvent event, DisputeState to) {
    const auto step = StepOfTransferred(S::kProposed, event, to);
    return step ? std::string(Word(step->event)) : std::string("-");
  };
  EXPECT_EQ(follows(DisputeEvent::kTransfer, DisputeState::kReported), "AcceptRoute");
  EXPECT_EQ(follows(DisputeEvent::kDeclineTransfer, DisputeState::kMediating), "DeclineRoute");
  EXPECT_EQ(follows(DisputeEvent::kLapseTransfer, DisputeState::kReported), "ClockExpired");
  EXPECT_EQ(follows(DisputeEvent::kCancelTransfer, DisputeState::kReported), "WithdrawRoute");
  EXPECT_EQ(follows(DisputeEvent::kWithdraw, DisputeState::kClosedWithdrawn), "WithdrawRoute");
  EXPECT_EQ(follows(DisputeEvent::kHoldSession, DisputeState::kMediating), "-");
}

TEST(CentreRouteTest, AnAcceptedRouteByTransferEndsWithTheDispute) {
  const auto outcome = [](DisputeEvent event, DisputeState to) {
    const auto step = StepOfTransferred(S::kAccepted, event, to);
    if (!step) return std::string("-");
    return absl::StrCat(std::string(Word(step->event)), " ", std::string(Word(step->outcome)));
  };
  EXPECT_EQ(outcome(DisputeEvent::kConcludeByAgreement, DisputeState::kAgreed), "EndRoute SETTLED");
  EXPECT_EQ(outcome(DisputeEvent::kConcludeWithoutAgreement, DisputeState::kClosedFailed),
            "EndRoute FAILED");
  EXPECT_EQ(outcome(DisputeEvent::kDecline, DisputeState::kClosedDeclined), "EndRoute NOT_FIT");
  EXPECT_EQ(outcome(DisputeEvent::kTransfer, DisputeState::kReported), "EndRoute NOT_FIT");
  EXPECT_EQ(outcome(DisputeEvent::kWithdraw, DisputeState::kClosedWithdrawn), "EndRoute WITHDRAWN");
  EXPECT_EQ(outcome(DisputeEvent::kMerge, DisputeState::kClosedMerged), "WithdrawRoute ");
  EXPECT_EQ(outcome(DisputeEvent::kAccept, DisputeState::kAccepted), "-");
  EXPECT_EQ(outcome(DisputeEvent::kSuspend, DisputeState::kSuspended), "-");
}

TEST(CentreRouteTest, EveryStepThatMayFollowIsAllowedByTheTable) {
  for (int event = 0; event < kDisputeEventCount; ++event) {
    for (int state = 1; state < kDisputeStateCount; ++state) {
      const auto what = static_cast<DisputeEvent>(event);
      const auto to = static_cast<DisputeState>(state);
      for (S route : {S::kProposed, S::kAccepted}) {
        for (const auto& step : {StepOfTransferred(route, what, to), StepOfOutside(what, to)}) {
          if (step) {
            EXPECT_NE(Decide(route, step->event), nullptr) << Word(what) << Word(to);
          }
        }
      }
    }
  }
}

TEST(CentreRouteTest, ARouteOutsideEndsWhenTheDisputeCannotBeRoutedAnyMore) {
  for (int state = 1; state < kDisputeStateCount; ++state) {
    const auto to = static_cast<DisputeState>(state);
    EXPECT_EQ(StepOfOutside(DisputeEvent::kClockExpired, to).has_value(), !MayRoute(to))
        << Word(to);
  }
  EXPECT_TRUE(StepOfOutside(DisputeEvent::kTransfer, DisputeState::kReported).has_value());
}

}  // namespace
}  // namespace maplebridge::registry
