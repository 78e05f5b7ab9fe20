#include <absl/strings/match.h>

#include "services/registry/api/closing.h"
#include "services/registry/api/performance.h"
#include "services/registry/testing/agreed_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;
using PerformanceTest = AgreedTest;

TEST_F(PerformanceTest, EveryInstalmentAndObligationIsAClockOnceItIsAgreed) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const v1::Agreement agreement = InEffect(name, Full());
  EXPECT_EQ(RunningClocks(), "") << "not before the dispute is concluded";
  v1::ConcludeByAgreementRequest request;
  request.set_name(name);
  request.set_agreement(agreement.name());
  const v1::Dispute agreed = Must(&ConcludeByAgreement, HeadCall(), request);
  EXPECT_EQ(RunningClocks(),
            absl::StrCat("obligations/o1/instalments/1=", DayWord(ChinaToday() + 10),
                         " obligations/o1/instalments/2=", DayWord(ChinaToday() + 20),
                         " obligations/o1/instalments/3=", DayWord(ChinaToday() + 30),
                         " obligations/o2=", DayWord(ChinaToday() + 5)));
  EXPECT_EQ(agreed.deadline().due_day(), DayWord(ChinaToday() + 5));
  EXPECT_EQ(agreed.owed_amount_fen(), 60'000);
  EXPECT_EQ(Value("SELECT string_agg(DISTINCT state || organisation || division, ' ') FROM dues"),
            "OPENorganisations/qingbo330102001000");
}

TEST_F(PerformanceTest, APaymentInPartsEndsWithItsLastFen) {
  const std::string name = Agreed(Full()).name();
  auto paid = Perform(name, "o1", 0, 15'000);
  ASSERT_TRUE(paid.ok()) << paid.status();
  EXPECT_EQ(paid->performed_amount_fen(), 15'000);
  EXPECT_EQ(paid->performed_count(), 0);
  v1::Obligation payment = Read(name).obligations(0);
  EXPECT_EQ(payment.instalments(0).performed_day(), DayWord(ChinaToday()));
  EXPECT_EQ(payment.instalments(1).performed_amount_fen(), 5'000);
  EXPECT_EQ(payment.instalments(1).performed_day(), "");
  EXPECT_EQ(payment.performed_amount_fen(), 15'000);
  EXPECT_FALSE(absl::StrContains(RunningClocks(), "instalments/1="));
  ASSERT_TRUE(Perform(name, "o1", 3).ok()) << "a later one first";
  ASSERT_TRUE(Perform(name, "o1").ok()) << "all that is open";
  payment = Read(name).obligations(0);
  EXPECT_EQ(payment.performed_day(), DayWord(ChinaToday()));
  ASSERT_TRUE(Perform(name, "o2").ok());
  const v1::Dispute before = Get(name);
  EXPECT_EQ(before.state(), v1::DISPUTE_STATE_AGREED) << "not while one is open";
  EXPECT_EQ(before.performed_count(), 2);
  EXPECT_FALSE(before.has_days_to_perform());
  auto last = Perform(name, "o3");
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(last->state(), v1::DISPUTE_STATE_PERFORMED);
  EXPECT_EQ(last->performed_amount_fen(), 60'000);
  EXPECT_EQ(last->performed_day(), DayWord(ChinaToday()));
  EXPECT_TRUE(last->has_days_to_perform());
  EXPECT_EQ(last->days_to_perform(), 0);
  EXPECT_EQ(last->late_count(), 0);
  EXPECT_EQ(RunningClocks(), "");
  EXPECT_EQ(Value("SELECT type FROM events ORDER BY position DESC LIMIT 1"), "CompletePerformance");
}

TEST_F(PerformanceTest, MoreThanIsOpenIsRefusedAndNothingIsStored) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o1", 1, 4'000).ok());
  const std::string before = RowCounts();
  struct Case {
    int instalment;
    std::int64_t fen;
    std::string field;
  };
  for (const Case& c :
       {Case{1, 6'001, "amount_fen"}, Case{0, 56'001, "amount_fen"}, Case{0, -1, "amount_fen"},
        Case{4, 1, "instalment"}, Case{-1, 1, "instalment"}}) {
    ExpectError(Perform(name, "o1", c.instalment, c.fen).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, c.field);
  }
  ExpectError(Perform(name, "o2", 0, 1).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "amount_fen");
  ExpectError(Perform(name, "o2", 1).status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "instalment");
  EXPECT_EQ(RowCounts(), before);
  ASSERT_TRUE(Perform(name, "o1", 1, 6'000).ok()) << "to the last fen";
  ExpectError(Perform(name, "o1", 1).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  ASSERT_TRUE(Perform(name, "o1", 0, 50'000).ok());
  ExpectError(Perform(name, "o1").status(), StatusCode::kFailedPrecondition, reason::kGuardFailed);
}

TEST_F(PerformanceTest, ADayIsNotBeforeTheDisputeWasAcceptedAndNotInTheFuture) {
  const std::string name = Agreed(Full()).name();
  for (int days : {-1, 0, 1}) {
    v1::RecordPerformanceRequest request = Done(name, "o1", 0, 100);
    request.set_performed_day(DayWord(ChinaToday() + days));
    auto answer = Ask(&RecordPerformance, HeadCall(), request);
    if (days == 0) {
      EXPECT_TRUE(answer.ok()) << answer.status();
    } else {
      ExpectError(answer.status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
                  "performed_day");
    }
  }
  v1::RecordPerformanceRequest request = Done(name, "o1", 0, 100);
  request.set_performer(std::string(101, 'x'));
  request.set_evidence("");
  const absl::Status status = Ask(&RecordPerformance, HeadCall(), request).status();
  EXPECT_EQ(FieldsOf(status), (std::vector<std::string>{"evidence", "performer"}));
}

TEST_F(PerformanceTest, WhoWhenHowAndWithWhatProofIsKept) {
  const std::string name = Agreed(Full()).name();
  v1::RecordPerformanceRequest request = Done(name, "o1", 0, 15'000);
  request.set_method(v1::PERFORMANCE_METHOD_CASH);
  request.set_performer("担保人王五");
  request.set_request_id(NewRequestId());
  Must(&RecordPerformance, HeadCall(), request);
  Must(&RecordPerformance, HeadCall(), request);  // sent again
  ASSERT_TRUE(Perform(name, "o2").ok());
  const v1::ListPerformancesResponse page = Performances(name, HeadCall());
  ASSERT_EQ(page.performances_size(), 2);
  const v1::Performance& first = page.performances(0);
  EXPECT_EQ(first.name(), name + "/performances/1");
  EXPECT_EQ(first.agreement(), name + "/agreements/1");
  EXPECT_EQ(first.obligation_id(), "o1");
  EXPECT_EQ(first.amount_fen(), 15'000);
  ASSERT_EQ(first.shares_size(), 2);
  EXPECT_EQ(first.shares(1).instalment(), 2);
  EXPECT_EQ(first.shares(1).amount_fen(), 5'000);
  EXPECT_EQ(first.performed_day(), DayWord(ChinaToday()));
  EXPECT_EQ(first.method(), v1::PERFORMANCE_METHOD_CASH);
  EXPECT_EQ(first.performer(), "担保人王五");
  EXPECT_EQ(first.evidence(), "银行转账凭证");
  EXPECT_EQ(page.performances(1).method(), v1::PERFORMANCE_METHOD_OTHER);
  EXPECT_EQ(Value("SELECT principal FROM performances WHERE ordinal = 1"), "callers/head");
  // One a page.
  v1::ListPerformancesRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  v1::ListPerformancesResponse one = Must(&ListPerformancePage, HeadCall(), list);
  ASSERT_EQ(one.performances_size(), 1);
  list.set_page_token(one.next_page_token());
  one = Must(&ListPerformancePage, HeadCall(), list);
  ASSERT_EQ(one.performances_size(), 1);
  EXPECT_EQ(one.performances(0).obligation_id(), "o2");
  EXPECT_EQ(one.next_page_token(), "");
}

TEST_F(PerformanceTest, OnlyThoseWhoWorkOnTheCaseAndAuditorsReadOrRecordThem) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o2").ok());
  ExpectError(Ask(&RecordPerformance, StrangerCall(), Done(name, "o1")).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Ask(&ReversePerformance, StrangerCall(), Mistake(name, 1)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  v1::ListPerformancesRequest list;
  list.set_parent(name);
  ExpectError(Ask(&ListPerformancePage, StrangerCall(), list).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU, options::v1::ROLE_ORGANISATION_HEAD};
  bureau.division = "330102";
  bureau.organisation = "organisations/gongshu";
  ExpectError(Ask(&ListPerformancePage, CallBy(bureau), list).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  Caller auditor;
  auditor.principal = "callers/auditor";
  auditor.roles = {options::v1::ROLE_AUDITOR};
  EXPECT_EQ(Performances(name, CallBy(auditor)).performances_size(), 1);
}

TEST_F(PerformanceTest, WhatIsLateIsFlagged) {
  const std::string name = Agreed(Full()).name();
  PassDays(12);  // o2 was due 7 days ago, the first instalment 2
  auto paid = Perform(name, "o1", 0, 20'000);
  ASSERT_TRUE(paid.ok()) << paid.status();
  ASSERT_TRUE(Perform(name, "o2").ok());
  EXPECT_EQ(Get(name).late_count(), 2);
  const v1::Agreement agreement = Read(name);
  EXPECT_EQ(agreement.obligations(0).instalments(0).days_late(), 2);
  EXPECT_EQ(agreement.obligations(0).instalments(1).days_late(), 0) << "open";
  EXPECT_EQ(agreement.obligations(1).days_late(), 7);
  const v1::ListPerformancesResponse page = Performances(name, HeadCall());
  EXPECT_EQ(page.performances(0).shares(0).days_late(), 2);
  EXPECT_EQ(page.performances(0).shares(1).days_late(), 0) << "before its day";
}

TEST_F(PerformanceTest, AClockThatRunsOutMarksItsInstalmentAndTellsTheFeed) {
  const std::string name = Agreed(Full()).name();
  const absl::Time end = calendar::StartOfChinaDay(ChinaToday() + 11);
  EXPECT_EQ(Expire(calendar::StartOfChinaDay(ChinaToday() + 6) - absl::Microseconds(1)), 0);
  // o2 on its own and as the dispute's own clock.
  EXPECT_EQ(Expire(calendar::StartOfChinaDay(ChinaToday() + 6)), 2);
  EXPECT_EQ(Get(name).overdue_count(), 1);
  EXPECT_EQ(Expire(end), 1);
  const v1::Dispute overdue = Get(name);
  EXPECT_EQ(overdue.overdue_count(), 2);
  EXPECT_EQ(overdue.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_TRUE(Read(name).obligations(0).instalments(0).overdue());
  EXPECT_FALSE(Read(name).obligations(0).instalments(1).overdue());
  EXPECT_EQ(Value("SELECT type || ' ' || actor FROM events ORDER BY position DESC LIMIT 1"),
            "MarkOverdue services/clock");
  EXPECT_EQ(Expire(end), 0) << "once";
  ASSERT_TRUE(Perform(name, "o1", 1).ok());
  EXPECT_EQ(Get(name).overdue_count(), 1);
}

TEST_F(PerformanceTest, AMistakeIsTakenBackWithItsReasonAndStaysOnRecord) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 15'000).ok());
  ASSERT_TRUE(Perform(name, "o1", 0, 5'000).ok());
  v1::ReversePerformanceRequest request = Mistake(name, 1);
  request.set_explanation("");
  ExpectError(Ask(&ReversePerformance, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "explanation");
  request = Mistake(name, 1);
  request.set_request_id(NewRequestId());
  const v1::Performance reversed = Must(&ReversePerformance, HeadCall(), request);
  EXPECT_TRUE(reversed.has_reverse_time());
  EXPECT_EQ(reversed.reverse_explanation(), "金额录入错误");
  EXPECT_EQ(Must(&ReversePerformance, HeadCall(), request).SerializeAsString(),
            reversed.SerializeAsString());
  const v1::Agreement agreement = Read(name);
  EXPECT_EQ(agreement.obligations(0).performed_amount_fen(), 5'000);
  EXPECT_EQ(agreement.obligations(0).instalments(0).performed_amount_fen(), 0)
      << "the second payment was for the second instalment";
  EXPECT_EQ(agreement.obligations(0).instalments(1).performed_amount_fen(), 5'000);
  EXPECT_TRUE(absl::StrContains(RunningClocks(), "instalments/1=")) << "it runs again";
  ExpectError(Ask(&ReversePerformance, HeadCall(), Mistake(name, 1)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(Ask(&ReversePerformance, HeadCall(), Mistake(name, 9)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(Performances(name, HeadCall()).performances_size(), 2);
  EXPECT_EQ(Value("SELECT reverse_principal FROM performances WHERE ordinal = 1"), "callers/head");
}

TEST_F(PerformanceTest, ADisputeThatWasPerformedByMistakeIsOpenAgain) {
  const std::string name = Agreed(AgreementDraft(ChinaToday() + 5)).name();
  ASSERT_TRUE(Perform(name, "o1").ok());
  auto performed = Perform(name, "o2");
  ASSERT_TRUE(performed.ok());
  ASSERT_EQ(performed->state(), v1::DISPUTE_STATE_PERFORMED);
  v1::ReversePerformanceRequest stale = Mistake(name, 2);
  stale.set_etag("\"1\"");
  ExpectError(Ask(&ReversePerformance, HeadCall(), stale).status(), StatusCode::kAborted,
              reason::kEtagStale);
  Must(&ReversePerformance, HeadCall(), Mistake(name, 2));
  const v1::Dispute reopened = Get(name);
  EXPECT_EQ(reopened.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(reopened.performed_count(), 1);
  EXPECT_EQ(reopened.performed_day(), "");
  EXPECT_EQ(reopened.clock(), "performance");
  EXPECT_EQ(reopened.deadline().due_day(), DayWord(ChinaToday() + 15));
  EXPECT_EQ(
      Value("SELECT from_state || '>' || to_state FROM events ORDER BY position DESC LIMIT 1"),
      "PERFORMED>AGREED");
  auto again = Perform(name, "o2");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->state(), v1::DISPUTE_STATE_PERFORMED);
  EXPECT_EQ(again->performance_count(), 3);
}

TEST_F(PerformanceTest, ADisputeLeftToTheCourtsIsNotFollowed) {
  const std::string name = Agreed(Full()).name();
  ASSERT_TRUE(Perform(name, "o1", 0, 10'000).ok());
  v1::CloseUnperformedRequest request;
  request.set_name(name);
  request.set_reason(v1::UNPERFORMED_REASON_PARTY_SUED);
  request.set_evidence("起诉状副本");
  Must(&CloseUnperformed, HeadCall(), request);
  EXPECT_EQ(RunningClocks(), "");
  EXPECT_EQ(Value("SELECT string_agg(state, ' ' ORDER BY obligation_id, instalment) FROM dues"),
            "PERFORMED ENDED ENDED ENDED ENDED");
  ExpectError(Perform(name, "o1").status(), StatusCode::kFailedPrecondition, reason::kStateForbids);
  ExpectError(Ask(&ReversePerformance, HeadCall(), Mistake(name, 1)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

}  // namespace
}  // namespace maplebridge::registry
