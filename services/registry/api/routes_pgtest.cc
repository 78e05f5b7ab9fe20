#include "services/registry/api/closing.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/reminder_list.h"
#include "services/registry/api/routes.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/centre_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class RouteTest : public CentreTest {
 protected:
  absl::Status Refused(const v1::RouteDisputeRequest& request) {
    return Ask(&RouteDispute, CentreCall(), request).status();
  }
};

TEST_F(RouteTest, ADisputeGoesToABodyOutsideAndOnToTheNext) {
  const std::string name = TakenIn();
  const v1::Route first = Routed(name);
  EXPECT_EQ(first.name(), name + "/routes/1");
  EXPECT_EQ(first.state(), v1::ROUTE_STATE_PROPOSED);
  EXPECT_EQ(first.centre(), kCentre);
  EXPECT_EQ(first.clock_source(), "project default");
  EXPECT_TRUE(first.has_deadline());
  const v1::Route accepted = AcceptedRoute(first);
  EXPECT_EQ(accepted.state(), v1::ROUTE_STATE_ACCEPTED);
  EXPECT_GT(accepted.deadline().due_day(), first.deadline().due_day());
  const v1::Route ended = Must(&EndRoute, CentreCall(), Ending(first));
  EXPECT_EQ(ended.state(), v1::ROUTE_STATE_ENDED);
  EXPECT_EQ(ended.outcome(), v1::ROUTE_OUTCOME_FAILED);
  EXPECT_FALSE(ended.has_deadline());
  EXPECT_TRUE(ended.has_end_time());
  EXPECT_EQ(Routed(name, v1::FORCE_KIND_COMMERCIAL_MEDIATION).name(), name + "/routes/2");
  EXPECT_EQ(RoutesOf(name, CentreCall()).routes_size(), 2);
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events WHERE resource "
                  "LIKE '%/routes/%'"),
            "RouteDispute AcceptRoute EndRoute RouteDispute");
  EXPECT_EQ(Value("SELECT string_agg(kind || ' ' || state, ', ' ORDER BY resource, kind) FROM "
                  "deadlines WHERE kind LIKE 'route%'"),
            "route-answer MET, route-outcome MET, route-answer RUNNING");
}

TEST_F(RouteTest, WhatABodyOwesTheCentreIsAmongItsReminders) {
  const v1::Route route = Routed(TakenIn());
  v1::ListRemindersRequest request;
  request.add_kinds(v1::REMINDER_KIND_ROUTE);
  request.set_due_by_day(route.deadline().due_day());
  const v1::ListRemindersResponse due = Must(&ListReminderPage, CentreCall(), request);
  ASSERT_EQ(due.reminders_size(), 1);
  EXPECT_EQ(due.reminders(0).resource(), route.name());
  EXPECT_EQ(due.reminders(0).must_act(), "centre");
  EXPECT_EQ(due.reminders(0).deadline().due_day(), route.deadline().due_day());
  EXPECT_EQ(Must(&ListReminderPage, ThirdCall(), request).reminders_size(), 0);
  Must(&EndRoute, CentreCall(), Ending(AcceptedRoute(route)));
  request.set_due_by_day(DayWord(calendar::ChinaDay(absl::Now()) + 300));
  EXPECT_EQ(Must(&ListReminderPage, CentreCall(), request).reminders_size(), 0);
}

TEST_F(RouteTest, TwoRoutesAtOnceAreRefused) {
  const std::string name = TakenIn();
  Routed(name);
  const std::string before = RowCounts();
  ExpectError(Refused(Routing(name, v1::FORCE_KIND_COMMERCIAL_MEDIATION)),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(Refused(Routing(name, v1::FORCE_KIND_PEOPLES_MEDIATION, kOther)),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_EQ(RowCounts(), before);
  EXPECT_EQ(Value("SELECT count(*) FROM routes"), "1");
}

TEST_F(RouteTest, OnlyTheCentreThatHasItRoutesIt) {
  const std::string name = TakenIn();
  const v1::RouteDisputeRequest request = Routing(name, v1::FORCE_KIND_LAWYER_MEDIATION);
  ExpectError(Ask(&RouteDispute, CentreCall(kThird), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Ask(&RouteDispute, BureauCall(), request).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  const v1::Route route = Routed(name);
  ExpectError(Ask(&AnswerRoute, CentreCall(kThird), Answering(route)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Ask(&EndRoute, BureauCall(), Ending(route)).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
}

TEST_F(RouteTest, WhatIsWrongWithARouteIsNamedByField) {
  const std::string name = TakenIn();
  v1::RouteDisputeRequest request = Routing(name, v1::FORCE_KIND_UNSPECIFIED);
  ExpectError(Refused(request), StatusCode::kInvalidArgument, reason::kFieldInvalid, "route.force");
  request = Routing(name, v1::FORCE_KIND_LAWYER_MEDIATION);
  request.mutable_route()->set_organisation(kOther);
  ExpectError(Refused(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "route.organisation");
  request = Routing(name, v1::FORCE_KIND_LAWYER_MEDIATION, kOther);
  ExpectError(Refused(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "route.organisation");
  request = Routing(name, v1::FORCE_KIND_PEOPLES_MEDIATION);
  ExpectError(Refused(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "route.organisation");
  request = Routing(name, v1::FORCE_KIND_PEOPLES_MEDIATION, "organisations/nobody");
  ExpectError(Refused(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "route.organisation");
  request = Routing(name, v1::FORCE_KIND_LAWYER_MEDIATION);
  request.mutable_route()->clear_explanation();
  ExpectError(Refused(request), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "route.explanation");
  request = Routing(name, v1::FORCE_KIND_LAWYER_MEDIATION);
  request.set_etag("\"99\"");
  ExpectError(Refused(request), StatusCode::kAborted, reason::kEtagStale);
}

TEST_F(RouteTest, ArbitrationAndReconsiderationAreGuardedByLaw) {
  const std::string contract = TakenIn(1, "CONTRACT");
  v1::RouteDisputeRequest request = Routing(contract, v1::FORCE_KIND_ARBITRATION, "仲裁委员会");
  ExpectError(Refused(request), StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(Refused(Routing(contract, v1::FORCE_KIND_ADMINISTRATIVE_RECONSIDERATION, "区政府")),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  request.mutable_route()->set_arbitration_agreement("合同第十二条");
  EXPECT_EQ(Must(&RouteDispute, CentreCall(), request).state(), v1::ROUTE_STATE_PROPOSED);
  const v1::Route labour = Routed(TakenIn(2, "LABOUR"), v1::FORCE_KIND_ARBITRATION);
  EXPECT_EQ(labour.clock_source(), "劳动争议调解仲裁法 29");
  const v1::Route land =
      Routed(TakenIn(3, "LAND_ACQUISITION"), v1::FORCE_KIND_ADMINISTRATIVE_RECONSIDERATION);
  EXPECT_EQ(land.clock_source(), "行政复议法 30, 88");
}

TEST_F(RouteTest, AProposalThatIsNotAnsweredInTimeLapsesAndNotADayBefore) {
  const v1::Route route = Routed(TakenIn());
  LeaveClock("route-answer");
  const absl::Time due = absl::FromUnixSeconds(route.deadline().due_time().seconds());
  EXPECT_EQ(Expire(due - absl::Hours(24)), 0);
  EXPECT_EQ(Expire(due - absl::Microseconds(1)), 0);
  EXPECT_EQ(RouteNow(route).state(), v1::ROUTE_STATE_PROPOSED);
  EXPECT_EQ(Expire(due), 1);
  EXPECT_EQ(RouteNow(route).state(), v1::ROUTE_STATE_LAPSED);
  EXPECT_EQ(Expire(due + absl::Hours(24)), 0);
  ExpectError(Ask(&AnswerRoute, CentreCall(), Answering(route)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  // The way is free again.
  Routed(route.name().substr(0, route.name().find("/routes/")));
}

TEST_F(RouteTest, AnOutcomeThatIsLateIsShownAndTheRouteGoesOn) {
  const v1::Route route = AcceptedRoute(Routed(TakenIn()));
  LeaveClock("route-outcome");
  const absl::Time due = absl::FromUnixSeconds(route.deadline().due_time().seconds());
  EXPECT_EQ(Expire(due - absl::Hours(24)), 0);
  EXPECT_FALSE(RouteNow(route).overdue());
  EXPECT_EQ(Expire(due), 1);
  EXPECT_EQ(Expire(due + absl::Hours(24)), 0);
  EXPECT_TRUE(RouteNow(route).overdue());
  EXPECT_EQ(RouteNow(route).state(), v1::ROUTE_STATE_ACCEPTED);
  const v1::ListRoutesResponse due_list = RoutesOf("disputes/-", CentreCall());
  ASSERT_EQ(due_list.routes_size(), 1);
  EXPECT_TRUE(due_list.routes(0).overdue());
  EXPECT_FALSE(Must(&EndRoute, CentreCall(), Ending(route)).overdue());
  EXPECT_EQ(RoutesOf("disputes/-", CentreCall()).routes_size(), 0);
}

TEST_F(RouteTest, APeoplesMediationGoesByATransferAndEndsWithIt) {
  const std::string name = TakenIn();
  const v1::Route route = Routed(name, v1::FORCE_KIND_PEOPLES_MEDIATION, kOrganisation);
  EXPECT_EQ(route.transfer(), name + "/transfers/1");
  EXPECT_FALSE(route.has_deadline());
  ExpectError(Ask(&AnswerRoute, CentreCall(), Answering(route)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  AcceptOffer(route, HeadCall());
  EXPECT_EQ(RouteNow(route).state(), v1::ROUTE_STATE_ACCEPTED);
  // The centre reads on, and does not act for the committee.
  EXPECT_EQ(Read(CentreCall(), name)->organisation(), kOrganisation);
  v1::AcceptDisputeRequest accept;
  accept.set_name(name);
  ExpectError(Ask(&AcceptDispute, CentreCall(), accept).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  Must(&AcceptDispute, HeadCall(), accept);
  v1::ConcludeWithoutAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_reason(v1::CONCLUSION_REASON_NO_AGREEMENT);
  conclude.set_explanation("双方分歧较大");
  Must(&ConcludeWithoutAgreement, HeadCall(), conclude);
  const v1::Route ended = RouteNow(route);
  EXPECT_EQ(ended.state(), v1::ROUTE_STATE_ENDED);
  EXPECT_EQ(ended.outcome(), v1::ROUTE_OUTCOME_FAILED);
  // And the centre routes on, though the committee has closed its file.
  EXPECT_EQ(Routed(name, v1::FORCE_KIND_ADMINISTRATIVE_MEDIATION).name(), name + "/routes/2");
}

TEST_F(RouteTest, AnOfferThatIsDeclinedTakenBackOrLateEndsItsRoute) {
  const v1::Route declined = Routed(TakenIn(1), v1::FORCE_KIND_PEOPLES_MEDIATION, kOther);
  v1::DeclineTransferRequest decline;
  decline.set_name(declined.transfer());
  decline.set_answer("不属于本辖区");
  Must(&DeclineTransfer, StrangerCall(), decline);
  EXPECT_EQ(RouteNow(declined).state(), v1::ROUTE_STATE_DECLINED);
  const v1::Route cancelled = Routed(TakenIn(2), v1::FORCE_KIND_INDUSTRY_MEDIATION, kOther);
  v1::CancelTransferRequest cancel;
  cancel.set_name(cancelled.transfer());
  Must(&CancelTransfer, CentreCall(), cancel);
  EXPECT_EQ(RouteNow(cancelled).state(), v1::ROUTE_STATE_WITHDRAWN);
  const v1::Route late = Routed(TakenIn(3), v1::FORCE_KIND_PEOPLES_MEDIATION, kOther);
  LeaveClock("transfer");
  EXPECT_EQ(Expire(absl::Now() + absl::Hours(24 * 30)), 1);
  EXPECT_EQ(RouteNow(late).state(), v1::ROUTE_STATE_LAPSED);
}

TEST_F(RouteTest, ARouteEndsWhenThePartiesWithdraw) {
  const std::string name = TakenIn();
  const v1::Route route = Routed(name);
  v1::WithdrawDisputeRequest withdraw;
  withdraw.set_name(name);
  withdraw.add_party_ids("p1");
  withdraw.set_evidence("撤回申请书");
  Must(&WithdrawDispute, CentreCall(), withdraw);
  EXPECT_EQ(RouteNow(route).state(), v1::ROUTE_STATE_WITHDRAWN);
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'route-answer'"), "MET");
  ExpectError(Refused(Routing(name, v1::FORCE_KIND_LAWYER_MEDIATION)),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(RouteTest, ABureauSeesWhereItStandsAndNotWhatWasSaid) {
  const std::string name = TakenIn();
  const v1::Route route = AcceptedRoute(Routed(name));
  const v1::ListRoutesResponse seen = RoutesOf(name, BureauCall());
  ASSERT_EQ(seen.routes_size(), 1);
  EXPECT_EQ(seen.routes(0).state(), v1::ROUTE_STATE_ACCEPTED);
  EXPECT_EQ(seen.routes(0).explanation(), "");
  EXPECT_EQ(seen.routes(0).answer(), "");
  EXPECT_EQ(RoutesOf(name, CentreCall()).routes(0).answer(), "已复函");
  EXPECT_EQ(RoutesOf("disputes/-", BureauCall()).routes_size(), 1);
  EXPECT_EQ(RoutesOf("disputes/-", BureauCall("330105")).routes_size(), 0);
  EXPECT_EQ(RoutesOf("disputes/-", CentreCall(kThird)).routes_size(), 0);
}

TEST_F(RouteTest, ARepeatedCallIsAnsweredAgainAndAStaleEtagIsRefused) {
  v1::RouteDisputeRequest request = Routing(TakenIn(), v1::FORCE_KIND_LAWYER_MEDIATION);
  request.set_request_id(NewRequestId());
  const v1::Route route = Must(&RouteDispute, CentreCall(), request);
  EXPECT_EQ(Must(&RouteDispute, CentreCall(), request).name(), route.name());
  EXPECT_EQ(Value("SELECT count(*) FROM routes"), "1");
  v1::AnswerRouteRequest answer = Answering(route);
  answer.set_etag("\"99\"");
  ExpectError(Ask(&AnswerRoute, CentreCall(), answer).status(), StatusCode::kAborted,
              reason::kEtagStale);
  answer.set_etag(route.etag());
  answer.set_request_id(NewRequestId());
  Must(&AnswerRoute, CentreCall(), answer);
  EXPECT_EQ(Must(&AnswerRoute, CentreCall(), answer).state(), v1::ROUTE_STATE_ACCEPTED);
  v1::WithdrawRouteRequest withdraw;
  withdraw.set_name(route.name());
  withdraw.set_explanation("当事人改变主意");
  EXPECT_EQ(Must(&WithdrawRoute, CentreCall(), withdraw).state(), v1::ROUTE_STATE_WITHDRAWN);
  ExpectError(Ask(&WithdrawRoute, CentreCall(), withdraw).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(RouteTest, PagesGoOnWhereTheLastEnded) {
  std::vector<std::string> names;
  for (int i = 1; i <= 3; ++i) names.push_back(Routed(TakenIn(i)).name());
  v1::ListRoutesRequest request;
  request.set_parent("disputes/-");
  request.set_page_size(2);
  v1::ListRoutesResponse page = Must(&ListRoutePage, CentreCall(), request);
  ASSERT_EQ(page.routes_size(), 2);
  EXPECT_EQ(page.routes(0).name(), names[0]);
  request.set_page_token(page.next_page_token());
  page = Must(&ListRoutePage, CentreCall(), request);
  ASSERT_EQ(page.routes_size(), 1);
  EXPECT_EQ(page.routes(0).name(), names[2]);
  EXPECT_EQ(page.next_page_token(), "");
}

}  // namespace
}  // namespace maplebridge::registry
