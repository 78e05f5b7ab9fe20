#include <absl/strings/match.h>

#include "services/registry/api/closing.h"
#include "services/registry/api/course.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/at_once.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class PerformanceTest : public RegistryTest {
 protected:
  // p2 owes p1: 60000 in three parts, a thing, and never to do something again.
  static v1::Agreement Full() {
    v1::Agreement agreement;
    agreement.set_form(v1::AGREEMENT_FORM_WRITTEN);
    agreement.set_facts("双方签订买卖合同，货已交付，货款未付。");
    v1::Obligation* payment = AddObligation(&agreement, "o1", v1::OBLIGATION_KIND_PAYMENT);
    payment->set_amount_fen(60'000);
    for (int i = 1; i <= 3; ++i) {
      v1::Instalment* instalment = payment->add_instalments();
      instalment->set_number(i);
      instalment->set_amount_fen(i * 10'000);
      instalment->set_due_day(DayWord(Today() + 10 * i));
    }
    AddObligation(&agreement, "o2", v1::OBLIGATION_KIND_DELIVERY)
        ->set_due_day(DayWord(Today() + 5));
    AddObligation(&agreement, "o3", v1::OBLIGATION_KIND_FORBEARANCE);
    return agreement;
  }
  static v1::Obligation* AddObligation(v1::Agreement* agreement, const std::string& id,
                                       v1::ObligationKind kind) {
    v1::Obligation* obligation = agreement->add_obligations();
    obligation->set_obligation_id(id);
    obligation->set_kind(kind);
    obligation->set_debtor_party_id("p2");
    obligation->set_creditor_party_id("p1");
    obligation->set_content("依约履行");
    return obligation;
  }
  absl::StatusOr<v1::Agreement> Create(const std::string& name, const v1::Agreement& agreement) {
    v1::CreateAgreementRequest request;
    request.set_parent(name);
    *request.mutable_agreement() = agreement;
    return Ask(&CreateAgreement, HeadCall(), request);
  }
  v1::Agreement InEffect(const std::string& name, const v1::Agreement& draft) {
    auto created = Create(name, draft);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? SignByAll(created->name()) : v1::Agreement();
  }
  v1::Dispute Agreed(const v1::Agreement& draft) {
    const std::string name = Mediating().name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(InEffect(name, draft).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  static v1::RecordPerformanceRequest Done(const std::string& name, const std::string& obligation,
                                           int instalment = 0, std::int64_t fen = 0) {
    v1::RecordPerformanceRequest request;
    request.set_name(name);
    request.set_obligation_id(obligation);
    request.set_instalment(instalment);
    request.set_amount_fen(fen);
    request.set_evidence("银行转账凭证");
    return request;
  }
  absl::StatusOr<v1::Dispute> Perform(const std::string& name, const std::string& obligation,
                                      int instalment = 0, std::int64_t fen = 0) {
    return Ask(&RecordPerformance, HeadCall(), Done(name, obligation, instalment, fen));
  }
  v1::ListPerformancesResponse Performances(const std::string& name, Call call) {
    v1::ListPerformancesRequest request;
    request.set_parent(name);
    return Must(&ListPerformancePage, std::move(call), request);
  }
  static v1::ReversePerformanceRequest Mistake(const std::string& name, int ordinal) {
    v1::ReversePerformanceRequest request;
    request.set_name(absl::StrCat(name, "/performances/", ordinal));
    request.set_explanation("金额录入错误");
    return request;
  }
  v1::Agreement Read(const std::string& name, int ordinal = 1) {
    v1::GetAgreementRequest request;
    request.set_name(absl::StrCat(name, "/agreements/", ordinal));
    return Must(&GetAgreement, HeadCall(), request);
  }
  absl::StatusOr<v1::Dispute> Amend(const std::string& name, const std::string& agreement) {
    v1::AmendAgreementRequest request;
    request.set_name(name);
    request.set_agreement(agreement);
    return Ask(&AmendAgreement, HeadCall(), request);
  }
  // As if the obligations' days had come that many days earlier.
  void PassDays(int days) {
    Execute(absl::StrCat("UPDATE obligations SET due_day = due_day - ", days));
    Execute(absl::StrCat("UPDATE dues SET due_day = due_day - ", days));
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
  std::string RunningClocks() {
    return Value(
        "SELECT coalesce(string_agg(substring(resource from 'obligations/.*') || '=' || "
        "due_day, ' ' ORDER BY resource), '') FROM deadlines WHERE kind = 'obligation' "
        "AND state = 'RUNNING'");
  }
};

TEST_F(PerformanceTest, AnAgreementAnswersEveryKindAsItWasDrawnUp) {
  const v1::Agreement answered = Read(Agreed(Full()).name());
  ASSERT_EQ(answered.obligations_size(), 3);
  const v1::Obligation& payment = answered.obligations(0);
  EXPECT_EQ(payment.amount_in_words(), "人民币陆佰元整");
  ASSERT_EQ(payment.instalments_size(), 3);
  EXPECT_EQ(payment.instalments(1).amount_fen(), 20'000);
  EXPECT_EQ(payment.instalments(1).due_day(), DayWord(Today() + 20));
  EXPECT_EQ(payment.due_day(), DayWord(Today() + 30)) << "the last one's";
  EXPECT_EQ(answered.obligations(1).kind(), v1::OBLIGATION_KIND_DELIVERY);
  EXPECT_EQ(answered.obligations(1).instalments_size(), 0);
  EXPECT_EQ(answered.obligations(2).due_day(), "") << "it lasts";
}

TEST_F(PerformanceTest, EveryInstalmentAndObligationIsAClockOnceItIsAgreed) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const v1::Agreement agreement = InEffect(name, Full());
  EXPECT_EQ(RunningClocks(), "") << "not before the dispute is concluded";
  v1::ConcludeByAgreementRequest request;
  request.set_name(name);
  request.set_agreement(agreement.name());
  const v1::Dispute agreed = Must(&ConcludeByAgreement, HeadCall(), request);
  EXPECT_EQ(RunningClocks(), absl::StrCat("obligations/o1/instalments/1=", DayWord(Today() + 10),
                                          " obligations/o1/instalments/2=", DayWord(Today() + 20),
                                          " obligations/o1/instalments/3=", DayWord(Today() + 30),
                                          " obligations/o2=", DayWord(Today() + 5)));
  EXPECT_EQ(agreed.deadline().due_day(), DayWord(Today() + 5));
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
  EXPECT_EQ(reopened.deadline().due_day(), DayWord(Today() + 15));
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

TEST_F(PerformanceTest, PaymentsAtOnceNeverExceedWhatIsOwed) {
  const std::string name = Agreed(Full()).name();
  constexpr std::size_t kCallers = 20;
  std::vector<Call> calls(kCallers, HeadCall());
  const v1::RecordPerformanceRequest request = Done(name, "o1", 0, 4'000);
  std::vector<std::function<Task<absl::StatusOr<v1::Dispute>>()>> tasks;
  for (std::size_t i = 0; i < kCallers; ++i) {
    tasks.push_back([&, i] { return RecordPerformance(registry(), calls[i], request); });
  }
  const auto answers = Run(AtOnce<v1::Dispute>(tasks));
  int paid = 0, refused = 0;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ++paid;
    } else {
      ++refused;
      EXPECT_TRUE(absl::IsInvalidArgument(answer.status()) ||
                  absl::IsFailedPrecondition(answer.status()))
          << answer.status();
    }
  }
  EXPECT_EQ(paid, 15);
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(Get(name).performed_amount_fen(), 60'000);
  EXPECT_EQ(Value("SELECT sum(amount_fen)::text FROM performances"), "60000");
}

class GroupTest : public PerformanceTest {
 protected:
  static constexpr int kParties = 300;

  // 299 workers and their employer.
  std::string MediatingGroup() {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = Draft();
    for (int i = 3; i <= kParties; ++i) {
      type::v1::Party* party = request.mutable_dispute()->add_parties();
      party->set_party_id(absl::StrCat("p", i));
      party->set_kind(type::v1::PARTY_KIND_PERSON);
      party->set_position(type::v1::PARTY_POSITION_APPLICANT);
      party->set_display_name(absl::StrCat("工人", i));
    }
    const std::string name = Must(&ReportDispute, HeadCall(), request).name();
    v1::AcceptDisputeRequest accept;
    accept.set_name(name);
    Must(&AcceptDispute, HeadCall(), accept);
    Assign(name);
    HoldSession(name);
    return name;
  }
};

TEST_F(GroupTest, ThreeHundredPartiesSignAtOnceAndTheLastSignaturePutsItInEffect) {
  const std::string name = MediatingGroup();
  v1::Agreement draft;
  draft.set_form(v1::AGREEMENT_FORM_WRITTEN);
  draft.set_facts("拖欠工资。");
  for (int i = 1; i <= kParties; ++i) {
    if (i == 2) continue;
    v1::Obligation* wage = AddObligation(&draft, absl::StrCat("o", i), v1::OBLIGATION_KIND_PAYMENT);
    wage->set_creditor_party_id(absl::StrCat("p", i));
    wage->set_amount_fen(100'000 + i);
    wage->set_due_day(DayWord(Today() + 30));
  }
  auto created = Create(name, draft);
  ASSERT_TRUE(created.ok()) << created.status();
  std::vector<v1::SignAgreementRequest> requests;
  for (int i = 1; i <= kParties; ++i) {
    requests.emplace_back().set_name(created->name());
    *requests.back().mutable_signature() = PartySignature(absl::StrCat("p", i));
  }
  requests.emplace_back().set_name(created->name());
  requests.back().mutable_signature()->set_mediator(kMediator);
  requests.back().mutable_signature()->set_method(v1::SIGNATURE_METHOD_SIGNATURE);
  requests.emplace_back().set_name(created->name());
  requests.back().mutable_signature()->set_organisation(kOrganisation);
  requests.back().mutable_signature()->set_method(v1::SIGNATURE_METHOD_SEAL);
  Call::Values patient;
  patient.caller = std::make_shared<Caller>(HeadCall().caller());
  patient.now = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  patient.deadline = patient.now + absl::Minutes(2);
  std::vector<Call> calls(requests.size(), Call(patient));
  std::vector<std::function<Task<absl::StatusOr<v1::Agreement>>()>> tasks;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    tasks.push_back([&, i] { return SignAgreement(registry(), calls[i], requests[i]); });
  }
  const auto answers = Run(AtOnce<v1::Agreement>(tasks));
  int in_effect = 0;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    if (answer->state() == v1::AGREEMENT_STATE_IN_EFFECT) ++in_effect;
  }
  EXPECT_EQ(in_effect, 1) << "the last one, whoever it was";
  EXPECT_EQ(Value("SELECT count(*)::text FROM signatures"), std::to_string(kParties + 2));
  EXPECT_EQ(Value("SELECT state || ' ' || revision FROM agreements"),
            absl::StrCat("IN_EFFECT ", kParties + 3));
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(created->name());
  EXPECT_EQ(Must(&ConcludeByAgreement, HeadCall(), conclude).obligation_count(), kParties - 1);
  EXPECT_EQ(Value("SELECT count(*)::text FROM deadlines WHERE kind = 'obligation'"),
            std::to_string(kParties - 1));
}

TEST_F(PerformanceTest, OfTwoMediatorsWhoConcludeAtOnceOneWinsAndTheOtherIsTold) {
  for (bool by_agreement : {true, false}) {
    const std::string name = Mediating(by_agreement ? 1 : 2).name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest agree;
    agree.set_name(name);
    agree.set_agreement(InEffect(name, AgreementDraft(Today() + 5)).name());
    v1::ConcludeWithoutAgreementRequest fail;
    fail.set_name(name);
    fail.set_reason(v1::CONCLUSION_REASON_PARTY_REFUSED);
    Call first = HeadCall(), second = HeadCall();
    std::vector<std::function<Task<absl::StatusOr<v1::Dispute>>()>> tasks;
    tasks.push_back([&] { return ConcludeByAgreement(registry(), first, agree); });
    tasks.push_back([&] {
      return by_agreement ? ConcludeByAgreement(registry(), second, agree)
                          : ConcludeWithoutAgreement(registry(), second, fail);
    });
    const auto answers = Run(AtOnce<v1::Dispute>(tasks));
    ASSERT_EQ(answers.size(), 2u);
    const bool first_won = answers[0].ok();
    EXPECT_NE(first_won, answers[1].ok());
    ExpectError(answers[first_won ? 1 : 0].status(), StatusCode::kFailedPrecondition,
                reason::kStateForbids);
    EXPECT_EQ(Get(name).state(), answers[first_won ? 0 : 1]->state());
    EXPECT_EQ(Value("SELECT count(*)::text FROM events WHERE type LIKE 'Conclude%' AND resource = "
                    "'" +
                    name + "'"),
              "1");
  }
}

}  // namespace
}  // namespace maplebridge::registry
