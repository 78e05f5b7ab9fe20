#include "common/content/content_store.h"
#include "services/registry/api/assistance.h"
#include "services/registry/api/closing.h"
#include "services/registry/testing/centre_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class AssistanceTest : public CentreTest {
 protected:
  static v1::RequestAssistanceRequest Wanted(const std::string& dispute,
                                             v1::AssistanceKind kind = v1::ASSISTANCE_KIND_NOTARY) {
    v1::RequestAssistanceRequest request;
    request.set_parent(dispute);
    request.mutable_assistance()->set_kind(kind);
    request.mutable_assistance()->set_body_name("市公证处");
    request.mutable_assistance()->set_explanation("办理协议公证");
    return request;
  }
  v1::Assistance Requested(const std::string& dispute,
                           v1::AssistanceKind kind = v1::ASSISTANCE_KIND_NOTARY) {
    return Must(&RequestAssistance, HeadCall(), Wanted(dispute, kind));
  }
  static v1::AnswerAssistanceRequest Answering(const v1::Assistance& assistance,
                                               bool accepts = true) {
    v1::AnswerAssistanceRequest request;
    request.set_name(assistance.name());
    request.set_decision(accepts ? v1::BODY_DECISION_ACCEPT : v1::BODY_DECISION_DECLINE);
    request.set_answer("收悉");
    return request;
  }
  static v1::DeliverAssistanceRequest Delivery(const v1::Assistance& assistance) {
    v1::DeliverAssistanceRequest request;
    request.set_name(assistance.name());
    request.set_result("鉴定意见：签名真实");
    return request;
  }
  v1::ListAssistanceResponse AssistanceOf(const std::string& parent, Call call) {
    v1::ListAssistanceRequest request;
    request.set_parent(parent);
    return Must(&ListAssistancePage, std::move(call), request);
  }
};

TEST_F(AssistanceTest, ANotaryIsAskedAnswersAndDelivers) {
  const std::string name = Mediating().name();
  const v1::Assistance asked = Requested(name);
  EXPECT_EQ(asked.name(), name + "/assistance/1");
  EXPECT_EQ(asked.state(), v1::ASSISTANCE_STATE_REQUESTED);
  EXPECT_EQ(asked.clock_source(), "project default");
  const v1::Assistance accepted = Must(&AnswerAssistance, HeadCall(), Answering(asked));
  EXPECT_EQ(accepted.state(), v1::ASSISTANCE_STATE_ACCEPTED);
  EXPECT_EQ(accepted.clock_source(), "公证法 30");
  EXPECT_GT(accepted.deadline().due_day(), asked.deadline().due_day());
  const v1::Assistance delivered = Must(&DeliverAssistance, HeadCall(), Delivery(asked));
  EXPECT_EQ(delivered.state(), v1::ASSISTANCE_STATE_DELIVERED);
  ContentDigest digest;
  digest.Update("鉴定意见：签名真实");
  const ContentDigest::Hex hex = digest.Finish();
  EXPECT_EQ(delivered.sha256(), hex.sha256);
  EXPECT_EQ(delivered.sm3(), hex.sm3);
  EXPECT_FALSE(delivered.has_deadline());
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events WHERE resource "
                  "LIKE '%/assistance/%'"),
            "RequestAssistance AcceptAssistance DeliverAssistance");
  // What was said is in no event.
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE position(convert_to('签名', 'UTF8') in "
                  "payload) > 0"),
            "0");
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'assistance'"), "MET");
}

TEST_F(AssistanceTest, EachKindHasItsOwnClocks) {
  const std::string name = Mediating().name();
  std::string sources;
  for (int kind = v1::ASSISTANCE_KIND_NOTARY; kind <= v1::ASSISTANCE_KIND_PSYCHOLOGIST; ++kind) {
    const v1::Assistance asked = Requested(name, static_cast<v1::AssistanceKind>(kind));
    sources += asked.clock_source() + " / " +
               Must(&AnswerAssistance, HeadCall(), Answering(asked)).clock_source() + "; ";
  }
  EXPECT_EQ(sources,
            "project default / 公证法 30; 法律援助法 43 / project default; 司法鉴定程序通则 13 / "
            "司法鉴定程序通则 28; project default / project default; ");
}

TEST_F(AssistanceTest, ARequestIsOverdueOnTheDayAfterItsLastAndGoesOn) {
  const std::string name = Mediating().name();
  const v1::Assistance asked = Requested(name, v1::ASSISTANCE_KIND_APPRAISAL);
  LeaveClock("assistance");
  const absl::Time due = absl::FromUnixSeconds(asked.deadline().due_time().seconds());
  EXPECT_EQ(Expire(due - absl::Hours(24)), 0);
  EXPECT_EQ(Expire(due - absl::Microseconds(1)), 0);
  EXPECT_FALSE(AssistanceOf(name, HeadCall()).assistance(0).overdue());
  EXPECT_EQ(Expire(due), 1);
  EXPECT_EQ(Expire(due + absl::Hours(24)), 0);
  EXPECT_TRUE(AssistanceOf(name, HeadCall()).assistance(0).overdue());
  ASSERT_EQ(AssistanceOf("disputes/-", HeadCall()).assistance_size(), 1);
  // A late answer counts still, and starts the next clock.
  const v1::Assistance accepted = Must(&AnswerAssistance, HeadCall(), Answering(asked));
  EXPECT_FALSE(accepted.overdue());
  Must(&DeliverAssistance, HeadCall(), Delivery(asked));
  EXPECT_EQ(AssistanceOf("disputes/-", HeadCall()).assistance_size(), 0);
}

TEST_F(AssistanceTest, StepsOutsideTheTableAreRefused) {
  const std::string name = Mediating().name();
  const v1::Assistance declined = Requested(name);
  ExpectError(Ask(&DeliverAssistance, HeadCall(), Delivery(declined)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  EXPECT_EQ(Must(&AnswerAssistance, HeadCall(), Answering(declined, false)).state(),
            v1::ASSISTANCE_STATE_DECLINED);
  ExpectError(Ask(&AnswerAssistance, HeadCall(), Answering(declined)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  v1::CancelAssistanceRequest cancel;
  cancel.set_name(Requested(name).name());
  cancel.set_explanation("不再需要");
  EXPECT_EQ(Must(&CancelAssistance, HeadCall(), cancel).state(), v1::ASSISTANCE_STATE_CANCELLED);
  ExpectError(Ask(&CancelAssistance, HeadCall(), cancel).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(AssistanceTest, WhoHandlesTheDisputeOrRoutedItAsksAndNobodyElse) {
  const std::string name = Mediating().name();
  const v1::Assistance asked = Requested(name);
  ExpectError(Ask(&RequestAssistance, StrangerCall(), Wanted(name)).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Ask(&RequestAssistance, BureauCall(), Wanted(name)).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  ExpectError(Ask(&AnswerAssistance, StrangerCall(), Answering(asked)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  v1::ListAssistanceRequest list;
  list.set_parent(name);
  ExpectError(Ask(&ListAssistancePage, BureauCall(), list).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  const std::string routed = TakenIn(2);
  AcceptOffer(Routed(routed, v1::FORCE_KIND_PEOPLES_MEDIATION, kOrganisation), HeadCall());
  EXPECT_EQ(Must(&RequestAssistance, CentreCall(), Wanted(routed)).name(),
            routed + "/assistance/1");
}

TEST_F(AssistanceTest, AMaterialIsOneOfTheDispute) {
  const std::string name = Mediating().name();
  const v1::Assistance asked = Requested(name);
  Must(&AnswerAssistance, HeadCall(), Answering(asked));
  v1::DeliverAssistanceRequest delivery = Delivery(asked);
  delivery.set_material(name + "/materials/7");
  ExpectError(Ask(&DeliverAssistance, HeadCall(), delivery).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  delivery.set_material(Reported(2).name() + "/materials/1");
  ExpectError(Ask(&DeliverAssistance, HeadCall(), delivery).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "material");
  EXPECT_EQ(Value("SELECT state FROM assistance"), "ACCEPTED");
}

TEST_F(AssistanceTest, WhatIsOpenEndsWithTheFile) {
  const std::string name = Mediating().name();
  Requested(name);
  Must(&AnswerAssistance, HeadCall(), Answering(Requested(name)));
  Must(&AnswerAssistance, HeadCall(), Answering(Requested(name), false));
  v1::WithdrawDisputeRequest withdraw;
  withdraw.set_name(name);
  withdraw.add_party_ids("p1");
  withdraw.set_evidence("撤回申请书");
  Must(&WithdrawDispute, HeadCall(), withdraw);
  EXPECT_EQ(AssistanceOf("disputes/-", HeadCall()).assistance_size(), 2);
  v1::ArchiveDisputeRequest archive;
  archive.set_name(name);
  archive.set_retention(v1::RETENTION_LONG_TERM);
  Must(&ArchiveDispute, HeadCall(), archive);
  EXPECT_EQ(AssistanceOf("disputes/-", HeadCall()).assistance_size(), 0);
  EXPECT_EQ(Value("SELECT string_agg(state, ' ' ORDER BY ordinal) FROM assistance"),
            "CANCELLED CANCELLED DECLINED");
  EXPECT_EQ(Value("SELECT count(*) FROM deadlines WHERE kind = 'assistance' AND state = 'RUNNING'"),
            "0");
}

TEST_F(AssistanceTest, ARepeatedRequestIsAnsweredAgain) {
  v1::RequestAssistanceRequest request = Wanted(Mediating().name());
  request.set_request_id(NewRequestId());
  const v1::Assistance asked = Must(&RequestAssistance, HeadCall(), request);
  EXPECT_EQ(Must(&RequestAssistance, HeadCall(), request).name(), asked.name());
  EXPECT_EQ(Value("SELECT count(*) FROM assistance"), "1");
  request.mutable_assistance()->clear_kind();
  request.set_request_id(NewRequestId());
  ExpectError(Ask(&RequestAssistance, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "assistance.kind");
}

}  // namespace
}  // namespace maplebridge::registry
