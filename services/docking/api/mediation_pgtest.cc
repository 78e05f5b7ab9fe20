#include "services/docking/api/court_steps.h"
#include "services/docking/api/during_mediation.h"
#include "services/docking/api/read_referrals.h"
#include "services/docking/api/send_referral.h"
#include "services/docking/testing/docking_fixture.h"

namespace maplebridge::docking {
namespace {

class MediationTest : public DockingTest {
 protected:
  v1::ExtendReferralRequest Extending(const v1::Referral& referral, int days) {
    v1::ExtendReferralRequest request;
    request.set_name(referral.name());
    absl::CivilDay day;
    EXPECT_TRUE(absl::ParseCivilTime(referral.deadline().deadline().due_day(), &day));
    request.set_until(absl::FormatCivilTime(day + days));
    request.add_party_ids("p1");
    request.add_party_ids("p2");
    request.set_evidence("延期同意书");
    return request;
  }
  v1::RecordUndisputedFactsRequest Facts(const v1::Referral& referral) {
    v1::RecordUndisputedFactsRequest request;
    request.set_name(referral.name());
    v1::UndisputedFact* fact = request.mutable_record()->add_facts();
    fact->set_text("双方签有合同");
    fact->add_agreed_party_ids("p1");
    fact->add_agreed_party_ids("p2");
    request.mutable_record()->add_signed_party_ids("p2");
    request.mutable_record()->add_signed_party_ids("p1");
    request.mutable_record()->set_mediator(kMediator);
    return request;
  }
  registry::v1::Dispute Failed(const v1::Referral& referral) {
    registry::v1::Dispute dispute = DisputeOf(referral);
    dispute.mutable_conclusion()->set_kind(registry::v1::CONCLUSION_KIND_NO_AGREEMENT);
    dispute.mutable_conclusion()->set_reason(registry::v1::CONCLUSION_REASON_NO_AGREEMENT);
    dispute.mutable_conclusion()->mutable_document()->set_document("disputes/x/documents/notice");
    return dispute;
  }
  absl::StatusOr<v1::Referral> Register(const std::string& name) {
    v1::RegisterCaseRequest request;
    request.set_name(name);
    request.set_case_number("(2026)浙0102民初99号");
    return Ask(&RegisterCase, CourtCall(), request);
  }
  absl::StatusOr<v1::Referral> Resume(const std::string& name) {
    v1::ResumeTrialRequest request;
    request.set_name(name);
    return Ask(&ResumeTrial, CourtCall(), request);
  }
  absl::StatusOr<v1::Referral> Acknowledge(const std::string& name) {
    v1::AcknowledgeFeedbackRequest request;
    request.set_name(name);
    return Ask(&AcknowledgeFeedback, CourtCall(), request);
  }
  absl::StatusOr<v1::Referral> Withdraw(const std::string& name) {
    v1::WithdrawReferralRequest request;
    request.set_name(name);
    request.set_by(v1::WITHDRAWAL_BY_COURT);
    request.set_reason("另行处理");
    return Ask(&WithdrawReferral, CourtCall(), request);
  }
  std::string Refusals() { return Value("SELECT count(*) FROM feed_refusals"); }
};

TEST_F(MediationTest, AnExtensionNeedsEveryPartyAndALaterDay) {
  const v1::Referral referral = Accepted();
  v1::ExtendReferralRequest request = Extending(referral, 0);
  auto same_day = Ask(&ExtendReferral, HeadCall(), request);
  EXPECT_EQ(ReasonOf(same_day.status()), reason::kFieldInvalid);
  request = Extending(referral, 10);
  request.mutable_party_ids()->RemoveLast();
  auto missing = Ask(&ExtendReferral, HeadCall(), request);
  EXPECT_EQ(ReasonOf(missing.status()), reason::kConsentMissing);
  EXPECT_NE(missing.status().ToString().find("/parties/p2"), std::string::npos);
  request.add_party_ids("p7");
  EXPECT_EQ(ReasonOf(Ask(&ExtendReferral, HeadCall(), request).status()), reason::kFieldInvalid);
  auto extended = Ask(&ExtendReferral, HeadCall(), Extending(referral, 10));
  ASSERT_TRUE(extended.ok()) << extended.status();
  EXPECT_EQ(extended->deadline().deadline().due_day(), Extending(referral, 10).until());
  EXPECT_EQ(extended->extensions_size(), 1);
  EXPECT_EQ(extended->deadline().start_time().seconds(),
            referral.deadline().start_time().seconds());
  // The court may record it as well; another organisation may not.
  EXPECT_TRUE(Ask(&ExtendReferral, CourtCall(), Extending(*extended, 5)).ok());
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events"
                  " WHERE type = 'Extend'"),
            "Extend Extend");
}

TEST_F(MediationTest, TheCourtTakesACaseBackUntilItIsAgreed) {
  for (const v1::Referral& referral : {Guide(), Consented(), Sent(), Accepted()}) {
    auto withdrawn = Withdraw(referral.name());
    ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
    EXPECT_EQ(withdrawn->state(), v1::REFERRAL_STATE_WITHDRAWN);
    EXPECT_EQ(withdrawn->withdrawal().by(), v1::WITHDRAWAL_BY_COURT);
    EXPECT_FALSE(withdrawn->has_deadline());
  }
  EXPECT_EQ(Value("SELECT count(*) FROM deadlines WHERE state = 'RUNNING'"), "0");
  EXPECT_EQ(ReasonOf(Withdraw(Agreed().name()).status()), reason::kStateForbids);
}

TEST_F(MediationTest, UndisputedFactsAreSignedByAllAndVersionsStay) {
  const v1::Referral referral = Accepted();
  v1::RecordUndisputedFactsRequest request = Facts(referral);
  request.mutable_record()->mutable_signed_party_ids()->RemoveLast();
  auto unsigned_by = Ask(&RecordUndisputedFacts, HeadCall(), request);
  EXPECT_EQ(ReasonOf(unsigned_by.status()), reason::kConsentMissing);
  EXPECT_NE(unsigned_by.status().ToString().find("/parties/p1"), std::string::npos);
  request = Facts(referral);
  request.mutable_record()->set_mediator("organisations/other/mediators/li");
  auto stranger = Ask(&RecordUndisputedFacts, HeadCall(), request);
  EXPECT_EQ(ReasonOf(stranger.status()), reason::kFieldInvalid);
  request = Facts(referral);
  v1::UndisputedFact* second = request.mutable_record()->add_facts();
  *second = request.record().facts(0);
  second->set_text("货物涉及第三人");
  second->add_not_exempt_grounds(v1::NOT_EXEMPT_GROUND_OTHERS_RIGHTS);
  ASSERT_TRUE(Ask(&RecordUndisputedFacts, HeadCall(), Facts(referral)).ok());
  auto recorded = Ask(&RecordUndisputedFacts, HeadCall(), request);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  ASSERT_EQ(recorded->undisputed_facts().facts_size(), 2);
  EXPECT_TRUE(recorded->undisputed_facts().facts(0).exempt());
  EXPECT_FALSE(recorded->undisputed_facts().facts(1).exempt());
  EXPECT_EQ(Value("SELECT count(*) FROM undisputed_fact_records"), "2");
  EXPECT_EQ(Get(referral.name()).undisputed_facts().facts(1).text(), "货物涉及第三人");
}

TEST_F(MediationTest, TheRegistrysStepsAreMirrored) {
  const v1::Referral referral = Accepted();
  Apply(DisputeEvent(referral, "Accept", "", "ACCEPTED"));
  EXPECT_EQ(Get(referral.name()).dispute(), kDispute);
  registry::v1::Dispute dispute = DisputeOf(referral);
  dispute.add_mediators(kMediator);
  Apply(EventWith(dispute, "AssignMediators", "ACCEPTED", "MEDIATING"));
  dispute.set_session_count(2);
  Apply(EventWith(dispute, "HoldSession", "MEDIATING", "MEDIATING"));
  const v1::Referral now = Get(referral.name());
  EXPECT_EQ(now.mediator(), kMediator);
  EXPECT_EQ(now.latest_progress().type(), "HoldSession");
  EXPECT_EQ(now.latest_progress().resource(), std::string(kDispute) + "/sessions/2");
  EXPECT_EQ(now.state(), v1::REFERRAL_STATE_ACCEPTED);
  // The clock ran on.
  EXPECT_EQ(now.deadline().deadline().due_day(), referral.deadline().deadline().due_day());
  // Disputes of the registry's own mean nothing here.
  registry::v1::Dispute own;
  own.set_name("disputes/D-330102-2026-00000022");
  Apply(EventWith(own, "Accept", "REPORTED", "ACCEPTED"));
  EXPECT_EQ(Get(referral.name()).revision(), now.revision());
  EXPECT_EQ(Refusals(), "0");
}

TEST_F(MediationTest, AnAgreementIsFedBackAndAcknowledgedOnce) {
  const v1::Referral referral = Agreed();
  EXPECT_EQ(referral.state(), v1::REFERRAL_STATE_AGREED);
  EXPECT_EQ(referral.settlement().sha256(), kDigest);
  EXPECT_EQ(referral.settlement().obligation_count(), 2);
  EXPECT_EQ(referral.deadline().clock(), v1::REFERRAL_CLOCK_FEEDBACK);
  auto acknowledged = Acknowledge(referral.name());
  ASSERT_TRUE(acknowledged.ok()) << acknowledged.status();
  EXPECT_EQ(acknowledged->deadline().clock(), v1::REFERRAL_CLOCK_NEXT_STEP);
  EXPECT_EQ(ReasonOf(Acknowledge(referral.name()).status()), reason::kGuardFailed);
  EXPECT_EQ(Value("SELECT string_agg(kind || ' ' || state, ',' ORDER BY kind) FROM deadlines"),
            "ACCEPT MET,CONSENT MET,FEEDBACK MET,MEDIATION MET,NEXT_STEP RUNNING,SEND MET");
}

TEST_F(MediationTest, AFailedCaseComesHomeWithItsMaterialsAndIsRegistered) {
  const v1::Referral guided = Guide();
  ASSERT_TRUE(Upload(guided.name(), "abc").ok());
  ASSERT_TRUE(Consent(guided.name(), "p1").ok());
  auto consented = Consent(guided.name(), "p2");
  ASSERT_TRUE(Ask(&SendReferral, CourtCall(), Sending(*consented)).ok());
  v1::AcceptReferralRequest accept;
  accept.set_name(guided.name());
  ASSERT_TRUE(Ask(&AcceptReferral, HeadCall(), accept).ok());
  EXPECT_EQ(ReasonOf(Register(guided.name()).status()), reason::kStateForbids);
  ASSERT_TRUE(Ask(&RecordUndisputedFacts, HeadCall(), Facts(guided)).ok());
  Apply(EventWith(Failed(guided), "ConcludeWithoutAgreement", "MEDIATING", "CONCLUDING"));
  const v1::Referral returned = Get(guided.name());
  EXPECT_EQ(returned.state(), v1::REFERRAL_STATE_RETURNED);
  EXPECT_EQ(returned.conclusion().reason(), v1::CONCLUSION_REASON_NO_AGREEMENT);
  EXPECT_TRUE(returned.conclusion().materials_equal());
  EXPECT_EQ(returned.undisputed_facts().facts_size(), 1);
  EXPECT_EQ(returned.deadline().clock(), v1::REFERRAL_CLOCK_COURT_ACTION);
  EXPECT_EQ(ReasonOf(Resume(guided.name()).status()), reason::kGuardFailed);
  v1::RegisterCaseRequest wrong;
  wrong.set_name(guided.name());
  wrong.set_case_number("(2026)浙0102民诉前调7号");
  EXPECT_EQ(ReasonOf(Ask(&RegisterCase, CourtCall(), wrong).status()), reason::kFieldInvalid);
  auto registered = Register(guided.name());
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->state(), v1::REFERRAL_STATE_CLOSED_REGISTERED);
  EXPECT_EQ(registered->filed_case_number(), "（2026）浙0102民初99号");
  EXPECT_FALSE(registered->has_deadline());
}

TEST_F(MediationTest, AMaterialThatWasChangedIsReported) {
  const v1::Referral referral = Consented();
  ASSERT_TRUE(Upload(referral.name(), "abc").ok());
  ASSERT_TRUE(Ask(&SendReferral, CourtCall(), Sending(referral)).ok());
  v1::AcceptReferralRequest accept;
  accept.set_name(referral.name());
  ASSERT_TRUE(Ask(&AcceptReferral, HeadCall(), accept).ok());
  Execute("DELETE FROM content_chunks");
  Apply(EventWith(Failed(referral), "ConcludeWithoutAgreement", "MEDIATING", "CONCLUDING"));
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_RETURNED);
  EXPECT_FALSE(Get(referral.name()).conclusion().materials_equal());
}

TEST_F(MediationTest, AnEntrustedCaseIsResumedOrClosedByTheCourtAndNeverRegistered) {
  const v1::Referral failed = Accepted(true);
  Apply(EventWith(Failed(failed), "ConcludeWithoutAgreement", "MEDIATING", "CONCLUDING"));
  EXPECT_EQ(ReasonOf(Register(failed.name()).status()), reason::kGuardFailed);
  auto resumed = Resume(failed.name());
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_EQ(resumed->state(), v1::REFERRAL_STATE_CLOSED_TRIAL_RESUMED);
  EXPECT_EQ(resumed->filed_case_number(), resumed->case_number());

  v1::CloseReferralRequest close;
  close.set_name(Agreed().name());
  close.set_step(v1::CLOSING_STEP_SUIT_WITHDRAWN);
  EXPECT_EQ(ReasonOf(Ask(&CloseReferral, CourtCall(), close).status()), reason::kGuardFailed);
  close.set_name(Agreed(true).name());
  close.set_step(v1::CLOSING_STEP_MEDIATION_DOCUMENT);
  auto closed = Ask(&CloseReferral, CourtCall(), close);
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->state(), v1::REFERRAL_STATE_CLOSED_MEDIATION_DOCUMENT);
}

TEST_F(MediationTest, BeforeItWasSentTheCaseNumberSaysWhichWayTheCaseGoes) {
  const v1::Referral unfiled = Guide();
  ASSERT_TRUE(Consent(unfiled.name(), "p1", v1::CONSENT_DECISION_REFUSE).ok());
  EXPECT_EQ(ReasonOf(Resume(unfiled.name()).status()), reason::kGuardFailed);
  EXPECT_TRUE(Register(unfiled.name()).ok());
  const v1::Referral filed = Guide(true);
  ASSERT_TRUE(Consent(filed.name(), "p1", v1::CONSENT_DECISION_REFUSE).ok());
  EXPECT_EQ(ReasonOf(Register(filed.name()).status()), reason::kGuardFailed);
  EXPECT_TRUE(Resume(filed.name()).ok());
}

TEST_F(MediationTest, WhatTheWorkflowRefusesIsKeptAndTheFeedGoesOn) {
  const v1::Referral referral = Accepted();
  ASSERT_TRUE(Withdraw(referral.name()).ok());
  // The registry opened the dispute before it heard of the withdrawal: still named.
  Apply(DisputeEvent(referral, "Accept", "", "ACCEPTED"));
  EXPECT_EQ(Get(referral.name()).dispute(), kDispute);
  EXPECT_EQ(Refusals(), "0");
  Apply(EventWith(Concluded(referral), "ConcludeByAgreement", "MEDIATING", "CONCLUDING"));
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_WITHDRAWN);
  EXPECT_EQ(Value("SELECT event FROM feed_refusals"), "ConcludeByAgreement");
  // A referral that is not known here.
  v1::Referral unknown;
  unknown.set_name("referrals/0196b9c0-0000-7000-8000-000000000000");
  Apply(DisputeEvent(unknown, "Accept", "", "ACCEPTED"));
  EXPECT_EQ(Refusals(), "2");
  // Progress of a case that docking has left is nobody's fault.
  Apply(DisputeEvent(referral, "FollowUp", "CLOSED_WITHDRAWN", "CLOSED_WITHDRAWN"));
  EXPECT_EQ(Refusals(), "2");
}

TEST_F(MediationTest, WhatBecomesOfAnAgreementReachesTheReferral) {
  const v1::Referral broken = Agreed();
  Apply(DisputeEvent(broken, "CloseUnperformed", "AGREED", "CLOSED_UNPERFORMED"));
  EXPECT_EQ(Get(broken.name()).state(), v1::REFERRAL_STATE_CLOSED_UNPERFORMED);
  const v1::Referral void_one = Agreed();
  Apply(DisputeEvent(void_one, "SetAside", "AGREED", "CLOSED_SET_ASIDE"));
  EXPECT_EQ(Get(void_one.name()).state(), v1::REFERRAL_STATE_CLOSED_SET_ASIDE);
  const v1::Referral amended = Agreed();
  ASSERT_TRUE(Acknowledge(amended.name()).ok());
  registry::v1::Dispute dispute = Concluded(amended);
  dispute.mutable_conclusion()->set_agreement(std::string(kDispute) + "/agreements/2");
  Apply(EventWith(dispute, "Amend", "AGREED", "AGREED"));
  const v1::Referral again = Get(amended.name());
  EXPECT_EQ(again.settlement().agreement(), std::string(kDispute) + "/agreements/2");
  EXPECT_EQ(again.deadline().clock(), v1::REFERRAL_CLOCK_FEEDBACK);
  EXPECT_FALSE(again.has_acknowledge_time());
}

TEST_F(MediationTest, EveryClockThatRunsOutDoesWhatTheTableSays) {
  const v1::Referral silent = Guide();
  EXPECT_EQ(Expire(silent.name()), 1);
  EXPECT_EQ(Get(silent.name()).state(), v1::REFERRAL_STATE_CLOSED_REFUSED);
  EXPECT_EQ(Expire(silent.name()), 1);
  EXPECT_EQ(Get(silent.name()).urge_count(), 1);
  EXPECT_EQ(Get(silent.name()).state(), v1::REFERRAL_STATE_CLOSED_REFUSED);

  const v1::Referral idle = Consented();
  Expire(idle.name());
  EXPECT_EQ(Get(idle.name()).state(), v1::REFERRAL_STATE_CLOSED_LAPSED);

  const v1::Referral unanswered = Sent();
  Expire(unanswered.name());
  EXPECT_EQ(Get(unanswered.name()).state(), v1::REFERRAL_STATE_DECLINED);
  EXPECT_EQ(Get(unanswered.name()).decline().reason(), v1::DECLINE_REASON_NOT_ANSWERED_IN_TIME);
  Expire(unanswered.name());
  EXPECT_EQ(Get(unanswered.name()).state(), v1::REFERRAL_STATE_CLOSED_LAPSED);
  EXPECT_EQ(EventsOf(unanswered.name()),
            "OfferGuidance Consent CompleteConsent Send ClockExpired ClockExpired");

  const v1::Referral late = Accepted();
  Expire(late.name());
  EXPECT_EQ(Get(late.name()).state(), v1::REFERRAL_STATE_RETURNED);
  EXPECT_EQ(Get(late.name()).conclusion().reason(), v1::CONCLUSION_REASON_LIMIT_EXPIRED);
  EXPECT_TRUE(Get(late.name()).conclusion().materials_equal());
}

TEST_F(MediationTest, TheClockDoesNotOvertakeAConclusionOnItsWay) {
  const v1::Referral referral = Accepted();
  Apply(DisputeEvent(referral, "Accept", "", "ACCEPTED"));
  peers().disputes[kDispute] = registry::v1::DISPUTE_STATE_CONCLUDING;
  EXPECT_EQ(Expire(referral.name()), 0);
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_ACCEPTED);
  Apply(EventWith(Concluded(referral), "ConcludeByAgreement", "MEDIATING", "CONCLUDING"));
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_AGREED);

  const v1::Referral other = Accepted();
  Apply(DisputeEvent(other, "Accept", "", "ACCEPTED"));
  peers().disputes[kDispute] = registry::v1::DISPUTE_STATE_MEDIATING;
  EXPECT_EQ(Expire(other.name()), 1);
  EXPECT_EQ(Get(other.name()).state(), v1::REFERRAL_STATE_RETURNED);

  // With the registry down nobody can say: the expiry waits, and other clocks go on.
  const v1::Referral third = Accepted();
  Apply(DisputeEvent(third, "Accept", "", "ACCEPTED"));
  const v1::Referral guided = Guide();
  peers().Stop();
  EXPECT_EQ(Expire(third.name()), 0);
  EXPECT_EQ(Get(third.name()).state(), v1::REFERRAL_STATE_ACCEPTED);
  EXPECT_EQ(Expire(guided.name()), 1);
}

TEST_F(MediationTest, AnUnusedWindowClosesTheReferralAsSettled) {
  const v1::Referral referral = Agreed();
  EXPECT_EQ(Expire(referral.name()), 1);
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_AGREED);
  EXPECT_EQ(Get(referral.name()).urge_count(), 1);
  ASSERT_TRUE(Acknowledge(referral.name()).ok());
  Execute("UPDATE referrals SET window_day = current_date - 2");
  Expire(referral.name());
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_CLOSED_SETTLED);
  const v1::Referral filed = Agreed(true);
  ASSERT_TRUE(Acknowledge(filed.name()).ok());
  Expire(filed.name());
  EXPECT_EQ(Get(filed.name()).state(), v1::REFERRAL_STATE_AGREED);
  EXPECT_EQ(Get(filed.name()).urge_count(), 1);
  // Performance goes on after docking's part has ended.
  Apply(DisputeEvent(referral, "RecordPerformance", "AGREED", "AGREED"));
  EXPECT_EQ(Get(referral.name()).latest_progress().type(), "RecordPerformance");
}

}  // namespace
}  // namespace maplebridge::docking
