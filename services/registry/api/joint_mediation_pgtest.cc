#include "services/registry/api/agreements.h"
#include "services/registry/api/joint_mediation.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/take_on.h"
#include "services/registry/testing/centre_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class JointMediationTest : public CentreTest {
 protected:
  static v1::SetJointMediationRequest Together(const std::string& dispute,
                                               const std::vector<std::string>& organisations) {
    v1::SetJointMediationRequest request;
    request.set_name(dispute);
    for (const std::string& each : organisations) request.add_organisations(each);
    request.set_explanation("涉及两个街道，需要联合调解");
    request.add_party_ids("p1");
    request.add_party_ids("p2");
    return request;
  }
  v1::JointMediation Set(const std::string& dispute,
                         const std::vector<std::string>& organisations = {kOther, kThird}) {
    return Must(&SetJointMediation, HeadCall(), Together(dispute, organisations));
  }
  absl::Status Refused(const v1::SetJointMediationRequest& request) {
    return Ask(&SetJointMediation, HeadCall(), request).status();
  }
  static v1::AnswerJointMediationRequest Answering(const std::string& dispute, bool joins = true) {
    v1::AnswerJointMediationRequest request;
    request.set_name(dispute + "/jointMediation");
    request.set_decision(joins ? v1::BODY_DECISION_ACCEPT : v1::BODY_DECISION_DECLINE);
    request.set_answer("收悉");
    return request;
  }
  v1::JointMediation Answer(const std::string& dispute, Call call, bool joins = true) {
    return Must(&AnswerJointMediation, std::move(call), Answering(dispute, joins));
  }
  static std::string StatesOf(const v1::JointMediation& joint) {
    std::string states;
    for (const v1::JointMember& member : joint.members()) {
      states += member.organisation() + " " + v1::JointMemberState_Name(member.state()) + "; ";
    }
    return states;
  }
  absl::Status ReadParties(const std::string& dispute, Call call) {
    v1::ListDisputePartiesRequest request;
    request.set_parent(dispute);
    return Ask(&ListDisputeParties, std::move(call), request).status();
  }
  absl::Status ReadSessions(const std::string& dispute, Call call) {
    v1::ListSessionsRequest request;
    request.set_parent(dispute);
    return Ask(&ListSessionPage, std::move(call), request).status();
  }
};

TEST_F(JointMediationTest, WhoHasJoinedReadsTheFileAndConcludesNothing) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const v1::JointMediation joint = Set(name);
  EXPECT_EQ(joint.name(), name + "/jointMediation");
  EXPECT_EQ(joint.lead(), kOrganisation);
  // Invited is not joined.
  ExpectError(ReadSessions(name, StrangerCall()), StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Read(StrangerCall(), name).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  Answer(name, StrangerCall());
  auto seen = Read(StrangerCall(), name);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_NE(seen->parties(0).display_name(), "");
  EXPECT_TRUE(ReadSessions(name, StrangerCall()).ok());
  EXPECT_TRUE(ReadParties(name, StrangerCall()).ok());
  EXPECT_EQ(Value("SELECT count(*) FROM party_reads WHERE principal = 'callers/other-head'"), "1");
  v1::ConcludeWithoutAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_reason(v1::CONCLUSION_REASON_NO_AGREEMENT);
  conclude.set_explanation("双方分歧较大");
  ExpectError(Ask(&ConcludeWithoutAgreement, StrangerCall(), conclude).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  v1::CreateAgreementRequest create;
  create.set_parent(name);
  *create.mutable_agreement() = AgreementDraft(absl::CivilDay(2030, 1, 1));
  ExpectError(Ask(&CreateAgreement, StrangerCall(), create).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  // Who was asked and has not answered reads nothing still.
  ExpectError(ReadSessions(name, ThirdCall()), StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(JointMediationTest, AMediatorOfWhoHasJoinedReadsAsItsHeadDoesAndACourtDoesNot) {
  const std::string name = Mediating().name();
  Set(name);
  Answer(name, StrangerCall());
  Caller mediator;
  mediator.principal = "callers/other-mediator";
  mediator.roles = {options::v1::ROLE_MEDIATOR};
  mediator.organisation = kOther;
  EXPECT_TRUE(Read(CallBy(mediator), name).ok());
  mediator.roles = {options::v1::ROLE_PARTNER_SYSTEM};
  ExpectError(Read(CallBy(mediator), name).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Read(CourtCall(), name).status(), StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(JointMediationTest, EachAnswersOnceAndForItself) {
  const std::string name = Mediating().name();
  Set(name);
  ExpectError(Ask(&AnswerJointMediation, CentreCall(), Answering(name)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  Answer(name, StrangerCall());
  EXPECT_EQ(StatesOf(Answer(name, ThirdCall(), false)),
            "organisations/gongshu JOINT_MEMBER_STATE_JOINED; organisations/xihu "
            "JOINT_MEMBER_STATE_DECLINED; ");
  ExpectError(Ask(&AnswerJointMediation, ThirdCall(), Answering(name)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  v1::AnswerJointMediationRequest silent = Answering(name, false);
  silent.clear_answer();
  ExpectError(Ask(&AnswerJointMediation, ThirdCall(), silent).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "answer");
}

TEST_F(JointMediationTest, SettingItAnewInvitesAndLetsGo) {
  const std::string name = Mediating().name();
  Set(name);
  Answer(name, StrangerCall());
  EXPECT_EQ(StatesOf(Set(name, {kThird, kCentre})),
            "organisations/centre JOINT_MEMBER_STATE_INVITED; organisations/gongshu "
            "JOINT_MEMBER_STATE_LEFT; organisations/xihu JOINT_MEMBER_STATE_INVITED; ");
  ExpectError(Read(StrangerCall(), name).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Must(&ListJointMediationPage, StrangerCall(), v1::ListJointMediationsRequest())
                .joint_mediations_size(),
            0);
  EXPECT_EQ(Must(&ListJointMediationPage, ThirdCall(), v1::ListJointMediationsRequest())
                .joint_mediations_size(),
            1);
}

TEST_F(JointMediationTest, ItIsSetByTheLeadWithConsentOfAllAndPublishedOrganisations) {
  const std::string name = Mediating().name();
  ExpectError(Ask(&SetJointMediation, StrangerCall(), Together(name, {kThird})).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Refused(Together(name, {})), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "organisations");
  ExpectError(Refused(Together(name, {kOrganisation})), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "organisations");
  ExpectError(Refused(Together(name, {kThird, kThird})), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "organisations[1]");
  ExpectError(Refused(Together(name, {"organisations/nobody"})), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "organisations[0]");
  std::vector<std::string> ten;
  for (int i = 0; i < 10; ++i) ten.push_back(absl::StrCat("organisations/o", i));
  ExpectError(Refused(Together(name, ten)), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "organisations");
  v1::SetJointMediationRequest request = Together(name, {kThird});
  request.mutable_party_ids()->RemoveLast();
  ExpectError(Refused(request), StatusCode::kFailedPrecondition, reason::kConsentMissing);
  roster().organisations[kThird].set_state(roster::v1::ORGANISATION_STATE_SUSPENDED);
  ExpectError(Refused(Together(name, {kThird})), StatusCode::kFailedPrecondition,
              reason::kOrganisationNotPublished);
  ExpectError(Refused(Together(Reported(2).name(), {kOther})), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
  EXPECT_EQ(Value("SELECT count(*) FROM joint_mediations"), "0");
}

TEST_F(JointMediationTest, ItEndsWithTheMediation) {
  const std::string name = Mediating().name();
  HoldSession(name);
  Set(name);
  Answer(name, StrangerCall());
  v1::ConcludeWithoutAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_reason(v1::CONCLUSION_REASON_NO_AGREEMENT);
  conclude.set_explanation("双方分歧较大");
  Must(&ConcludeWithoutAgreement, HeadCall(), conclude);
  v1::GetJointMediationRequest get;
  get.set_name(name + "/jointMediation");
  const v1::JointMediation ended = Must(&GetJointMediation, HeadCall(), get);
  EXPECT_TRUE(ended.has_end_time());
  EXPECT_EQ(StatesOf(ended),
            "organisations/gongshu JOINT_MEMBER_STATE_LEFT; organisations/xihu "
            "JOINT_MEMBER_STATE_LEFT; ");
  ExpectError(ReadSessions(name, StrangerCall()), StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events WHERE resource "
                  "LIKE '%/jointMediation'"),
            "SetJointMediation JoinMediation EndJointMediation");
}

TEST_F(JointMediationTest, ItEndsWhenTheDisputeGoesToAnother) {
  const std::string name = Mediating().name();
  Set(name, {kThird});
  Answer(name, ThirdCall());
  v1::OfferTransferRequest offer;
  offer.set_parent(name);
  offer.mutable_transfer()->set_to_organisation(kOther);
  offer.mutable_transfer()->set_explanation("当事人均居住于湖滨街道");
  v1::AcceptTransferRequest accept;
  accept.set_name(Must(&OfferTransfer, HeadCall(), offer).name());
  Must(&AcceptTransfer, StrangerCall(), accept);
  ExpectError(Read(ThirdCall(), name).status(), StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(Value("SELECT has_joint_mediation::text || cardinality(joint_organisations) FROM "
                  "disputes"),
            "false0");
}

TEST_F(JointMediationTest, ARepeatedRequestIsAnsweredAgain) {
  v1::SetJointMediationRequest request = Together(Mediating().name(), {kOther});
  request.set_request_id(NewRequestId());
  const v1::JointMediation joint = Must(&SetJointMediation, HeadCall(), request);
  EXPECT_EQ(Must(&SetJointMediation, HeadCall(), request).revision(), joint.revision());
  v1::AnswerJointMediationRequest answer = Answering(request.name());
  answer.set_etag("\"99\"");
  ExpectError(Ask(&AnswerJointMediation, StrangerCall(), answer).status(), StatusCode::kAborted,
              reason::kEtagStale);
}

}  // namespace
}  // namespace maplebridge::registry
