#include <absl/strings/str_cat.h>

#include "services/registry/api/agreements.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/urgings.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class UrgingsTest : public RegistryTest {
 protected:
  // p2 pays p1 twice: on the fifth day from today and ten days later.
  v1::Dispute Agreed(int sequence = 1) {
    const std::string name = Mediating(sequence).name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(SignByAll(Agree(name, Today() + 5).name()).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  static v1::UrgePerformanceRequest Urge(const std::string& name) {
    v1::UrgePerformanceRequest request;
    request.set_parent(name);
    v1::Urging* urging = request.mutable_urging();
    urging->set_obligation_id("o1");
    urging->set_urge_day(DayWord(Today()));
    urging->set_method(v1::URGING_METHOD_TELEPHONE);
    urging->set_mediator(kMediator);
    urging->set_content("告知逾期后果，要求三日内支付。");
    return request;
  }
  static v1::RecordUrgingAnswerRequest Answer(const std::string& urging) {
    v1::RecordUrgingAnswerRequest request;
    request.set_name(urging);
    request.set_response(v1::URGING_RESPONSE_PROMISED);
    request.set_answer("承诺月底前付清。");
    request.set_promised_day(DayWord(Today() + 3));
    return request;
  }
  static v1::ReportBreachRequest Breach(const std::string& name, const std::string& obligation) {
    v1::ReportBreachRequest request;
    request.set_name(name);
    request.set_obligation_id(obligation);
    request.set_explanation("电话督促两次，对方称无钱支付");
    return request;
  }
  void Perform(const std::string& name, const std::string& obligation, std::int64_t fen = 0) {
    v1::RecordPerformanceRequest request;
    request.set_name(name);
    request.set_obligation_id(obligation);
    request.set_amount_fen(fen);
    request.set_evidence("收据");
    Must(&RecordPerformance, HeadCall(), request);
  }
  void PassDays(int days) {
    Execute(absl::StrCat("UPDATE obligations SET due_day = due_day - ", days));
    Execute(absl::StrCat("UPDATE dues SET due_day = due_day - ", days));
  }
  // "o1 o2" of what is due.
  std::string Due(const v1::ListDueObligationsRequest& request, Call call) {
    const auto page = Must(&ListDueObligationPage, std::move(call), request);
    std::string ids;
    for (const v1::DueObligation& due : page.due_obligations()) {
      absl::StrAppend(&ids, ids.empty() ? "" : " ", due.obligation_id());
    }
    return ids;
  }
  static Call BureauCall(const std::string& division) {
    Caller bureau;
    bureau.principal = "callers/bureau";
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
};

TEST_F(UrgingsTest, EveryStepOfUrgingIsKept) {
  const std::string name = Agreed().name();
  v1::UrgePerformanceRequest request = Urge(name);
  request.set_request_id(NewRequestId());
  const v1::Urging first = Must(&UrgePerformance, HeadCall(), request);
  EXPECT_EQ(first.name(), name + "/urgings/1");
  EXPECT_EQ(first.agreement(), name + "/agreements/1");
  EXPECT_TRUE(first.reminder()) << "its day has not passed";
  EXPECT_EQ(first.response(), v1::URGING_RESPONSE_UNSPECIFIED);
  EXPECT_EQ(Must(&UrgePerformance, HeadCall(), request).SerializeAsString(),
            first.SerializeAsString());
  PassDays(6);
  request = Urge(name);
  request.mutable_urging()->set_response(v1::URGING_RESPONSE_UNREACHED);
  request.mutable_urging()->set_answer("电话无人接听。");
  const v1::Urging second = Must(&UrgePerformance, HeadCall(), request);
  EXPECT_FALSE(second.reminder());
  EXPECT_TRUE(second.has_answer_time());
  v1::ListUrgingsRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  v1::ListUrgingsResponse page = Must(&ListUrgingPage, HeadCall(), list);
  ASSERT_EQ(page.urgings_size(), 1);
  EXPECT_EQ(page.urgings(0).SerializeAsString(), first.SerializeAsString());
  list.set_page_token(page.next_page_token());
  page = Must(&ListUrgingPage, HeadCall(), list);
  ASSERT_EQ(page.urgings_size(), 1);
  EXPECT_EQ(page.urgings(0).SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(page.next_page_token(), "");
  EXPECT_EQ(Get(name).urging_count(), 2);
  EXPECT_EQ(Value("SELECT type FROM events ORDER BY position DESC LIMIT 1"), "Urge");
}

TEST_F(UrgingsTest, AnAnswerIsRecordedOnce) {
  const std::string name = Agreed().name();
  const std::string urging = Must(&UrgePerformance, HeadCall(), Urge(name)).name();
  v1::RecordUrgingAnswerRequest request = Answer(urging);
  request.set_promised_day(DayWord(Today() - 1));
  ExpectError(Ask(&RecordUrgingAnswer, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "promised_day");
  request = Answer(urging);
  request.set_response(v1::URGING_RESPONSE_REFUSED);
  ExpectError(Ask(&RecordUrgingAnswer, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "promised_day");
  request = Answer(urging);
  request.set_answer("");
  ExpectError(Ask(&RecordUrgingAnswer, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "answer");
  ExpectError(Ask(&RecordUrgingAnswer, StrangerCall(), Answer(urging)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  const v1::Urging answered = Must(&RecordUrgingAnswer, HeadCall(), Answer(urging));
  EXPECT_EQ(answered.promised_day(), DayWord(Today() + 3));
  EXPECT_EQ(answered.response(), v1::URGING_RESPONSE_PROMISED);
  ExpectError(Ask(&RecordUrgingAnswer, HeadCall(), Answer(urging)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(Ask(&RecordUrgingAnswer, HeadCall(), Answer(name + "/urgings/9")).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(Value("SELECT answer_principal FROM urgings"), "callers/head");
}

TEST_F(UrgingsTest, WhatIsWrongWithAnUrgingIsNamedAndNothingIsStored) {
  const std::string name = Agreed().name();
  Perform(name, "o2");
  const std::string before = RowCounts();
  const auto refuse = [&](const std::string& field, auto breaks) {
    v1::UrgePerformanceRequest request = Urge(name);
    breaks(request.mutable_urging());
    ExpectError(Ask(&UrgePerformance, HeadCall(), request).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, field);
  };
  refuse("urging.obligation_id", [](v1::Urging* u) { u->set_obligation_id("o9"); });
  refuse("urging.instalment", [](v1::Urging* u) { u->set_instalment(1); });
  refuse("urging.urge_day", [](v1::Urging* u) { u->set_urge_day(DayWord(Today() + 1)); });
  refuse("urging.mediator", [](v1::Urging* u) { u->set_mediator("organisations/x/mediators/y"); });
  refuse("urging.content", [](v1::Urging* u) { u->set_content(""); });
  refuse("urging.answer", [](v1::Urging* u) { u->set_response(v1::URGING_RESPONSE_UNABLE); });
  refuse("urging.answer", [](v1::Urging* u) { u->set_answer("没有答复却有内容"); });
  v1::UrgePerformanceRequest performed = Urge(name);
  performed.mutable_urging()->set_obligation_id("o2");
  ExpectError(Ask(&UrgePerformance, HeadCall(), performed).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(Ask(&UrgePerformance, StrangerCall(), Urge(name)).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Ask(&UrgePerformance, HeadCall(), Urge(Mediating(2).name())).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  EXPECT_EQ(Value("SELECT count(*)::text FROM urgings"), "0");
  EXPECT_NE(before, "");
}

TEST_F(UrgingsTest, ABreachIsOfOneInstalmentAndIsListed) {
  const std::string name = Mediating().name();
  HoldSession(name);
  v1::CreateAgreementRequest create;
  create.set_parent(name);
  *create.mutable_agreement() = AgreementDraft(Today() + 5);
  v1::Obligation* parts = create.mutable_agreement()->mutable_obligations(0);
  parts->clear_due_day();
  for (int i = 1; i <= 2; ++i) {
    v1::Instalment* instalment = parts->add_instalments();
    instalment->set_number(i);
    instalment->set_amount_fen(1'250'000);
    instalment->set_due_day(DayWord(Today() + 5 * i));
  }
  v1::Obligation* lasting = create.mutable_agreement()->mutable_obligations(1);
  lasting->set_kind(v1::OBLIGATION_KIND_FORBEARANCE);
  lasting->clear_amount_fen();
  lasting->clear_due_day();
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(SignByAll(Must(&CreateAgreement, HeadCall(), create).name()).name());
  Must(&ConcludeByAgreement, HeadCall(), conclude);
  PassDays(6);
  v1::ReportBreachRequest request = Breach(name, "o1");
  ExpectError(Ask(&ReportBreach, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  request.set_instalment(2);
  ExpectError(Ask(&ReportBreach, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  request.set_instalment(3);
  ExpectError(Ask(&ReportBreach, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "instalment");
  request.set_instalment(1);
  EXPECT_EQ(Must(&ReportBreach, HeadCall(), request).breach_count(), 1);
  EXPECT_EQ(Must(&ReportBreach, HeadCall(), Breach(name, "o2")).breach_count(), 2)
      << "what lasts is broken on any day";
  v1::ListBreachesRequest list;
  list.set_parent(name);
  const v1::ListBreachesResponse page = Must(&ListBreachPage, HeadCall(), list);
  ASSERT_EQ(page.breaches_size(), 2);
  EXPECT_EQ(page.breaches(0).name(), name + "/breaches/1");
  EXPECT_EQ(page.breaches(0).instalment(), 1);
  EXPECT_EQ(page.breaches(0).explanation(), "电话督促两次，对方称无钱支付");
  EXPECT_EQ(page.breaches(1).obligation_id(), "o2");
  ExpectError(Ask(&ListBreachPage, StrangerCall(), list).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

TEST_F(UrgingsTest, WhatIsDueIsListedByItsDay) {
  const std::string name = Agreed().name();
  v1::ListDueObligationsRequest request;
  EXPECT_EQ(Due(request, HeadCall()), "") << "nothing by today";
  for (int days : {4, 5, 14, 15}) {
    request.set_due_by_day(DayWord(Today() + days));
    EXPECT_EQ(Due(request, HeadCall()), days < 5 ? "" : days < 15 ? "o1" : "o1 o2") << days;
  }
  Perform(name, "o1", 1'000'000);
  Must(&UrgePerformance, HeadCall(), Urge(name));
  const v1::ListDueObligationsResponse page = Must(&ListDueObligationPage, HeadCall(), request);
  const v1::DueObligation& due = page.due_obligations(0);
  EXPECT_EQ(due.dispute(), name);
  EXPECT_EQ(due.agreement(), name + "/agreements/1");
  EXPECT_EQ(due.kind(), v1::OBLIGATION_KIND_PAYMENT);
  EXPECT_EQ(due.debtor_party_id(), "p2");
  EXPECT_EQ(due.creditor_party_id(), "p1");
  EXPECT_EQ(due.amount_fen(), 2'500'000);
  EXPECT_EQ(due.open_amount_fen(), 1'500'000);
  EXPECT_EQ(due.days_overdue(), 0);
  EXPECT_EQ(due.urging_count(), 1);
  EXPECT_EQ(due.last_urge_day(), DayWord(Today()));
  EXPECT_EQ(due.organisation(), kOrganisation);
  EXPECT_EQ(due.division(), "330102001000");
  PassDays(6);
  request.Clear();
  request.set_overdue_only(true);
  EXPECT_EQ(Due(request, HeadCall()), "o1");
  EXPECT_EQ(Must(&ListDueObligationPage, HeadCall(), request).due_obligations(0).days_overdue(), 1);
  PassDays(-1);
  EXPECT_EQ(Due(request, HeadCall()), "") << "on its day it is not overdue";
  PassDays(1);
  Perform(name, "o1");
  EXPECT_EQ(Due(request, HeadCall()), "");
}

TEST_F(UrgingsTest, TheListIsOfOneOrganisationOnePlaceOneDisputeOrOneDebtor) {
  const std::string first = Agreed(1).name();
  const std::string second = Agreed(2).name();
  v1::ListDueObligationsRequest request;
  request.set_due_by_day(DayWord(Today() + 5));
  EXPECT_EQ(Due(request, HeadCall()), "o1 o1");
  EXPECT_EQ(Due(request, StrangerCall()), "");
  EXPECT_EQ(Due(request, BureauCall("330102")), "o1 o1");
  EXPECT_EQ(Due(request, BureauCall("330105")), "");
  request.set_organisation(kOrganisation);
  ExpectError(Ask(&ListDueObligationPage, StrangerCall(), request).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  request.clear_organisation();
  request.set_dispute(second);
  EXPECT_EQ(Due(request, HeadCall()), "o1");
  EXPECT_EQ(Due(request, StrangerCall()), "") << "not of another's dispute";
  EXPECT_EQ(Due(request, BureauCall("330105")), "");
  request.set_debtor_party_id("p1");
  EXPECT_EQ(Due(request, HeadCall()), "");
  request.set_debtor_party_id("p2");
  EXPECT_EQ(Due(request, HeadCall()), "o1");
  request.clear_dispute();
  ExpectError(Ask(&ListDueObligationPage, HeadCall(), request).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "debtor_party_id");
  request.Clear();
  for (int days : {366, 367}) {
    request.set_due_by_day(DayWord(Today() + days));
    auto answer = Ask(&ListDueObligationPage, HeadCall(), request);
    EXPECT_EQ(answer.ok(), days == 366) << days;
  }
  request.set_due_by_day(DayWord(Today() + 30));
  request.set_page_size(1);
  std::string seen;
  for (int pages = 0; pages < 5; ++pages) {
    const v1::ListDueObligationsResponse page = Must(&ListDueObligationPage, HeadCall(), request);
    ASSERT_LE(page.due_obligations_size(), 1);
    if (page.due_obligations_size() > 0) {
      absl::StrAppend(&seen, page.due_obligations(0).dispute() == first ? "1" : "2",
                      page.due_obligations(0).obligation_id(), " ");
    }
    request.set_page_token(page.next_page_token());
    if (request.page_token().empty()) break;
  }
  EXPECT_EQ(seen, "1o1 2o1 1o2 2o2 ");
}

}  // namespace
}  // namespace maplebridge::registry
