#include "services/docking/api/apply_for_confirmation.h"
#include "services/docking/api/court_steps.h"
#include "services/docking/api/decide_confirmation.h"
#include "services/docking/api/read_confirmations.h"
#include "services/docking/testing/docking_fixture.h"

namespace maplebridge::docking {
namespace {

class ConfirmationTest : public DockingTest {
 protected:
  v1::CreateConfirmationRequest Application(const v1::Referral& referral, int applicants = 1) {
    v1::CreateConfirmationRequest request;
    v1::Confirmation& confirmation = *request.mutable_confirmation();
    confirmation.set_referral(referral.name());
    confirmation.add_matters(v1::CONFIRMATION_MATTER_CIVIL_OBLIGATION);
    for (int i = 1; i <= applicants; ++i) {
      v1::Applicant* applicant = confirmation.add_applicants();
      applicant->set_party_id("p" + std::to_string(i));
      applicant->set_evidence("申请书");
    }
    for (v1::ConfirmationDocumentKind kind :
         {v1::CONFIRMATION_DOCUMENT_KIND_APPLICATION, v1::CONFIRMATION_DOCUMENT_KIND_AGREEMENT,
          v1::CONFIRMATION_DOCUMENT_KIND_IDENTITY_PROOF,
          v1::CONFIRMATION_DOCUMENT_KIND_SERVICE_ADDRESSES}) {
      v1::ConfirmationDocument* document = confirmation.add_documents();
      document->set_kind(kind);
      document->set_sha256(kDigest);
    }
    return request;
  }
  v1::Confirmation Create(const v1::Referral& referral, int applicants) {
    auto made = Ask(&CreateConfirmation, HeadCall(), Application(referral, applicants));
    EXPECT_TRUE(made.ok()) << made.status();
    return made.value_or(v1::Confirmation());
  }
  absl::StatusOr<v1::Confirmation> Join(const std::string& name, const std::string& party,
                                        Call call) {
    v1::JoinConfirmationRequest request;
    request.set_name(name);
    request.set_party_id(party);
    request.set_evidence("书面同意");
    return Ask(&JoinConfirmation, std::move(call), request);
  }
  absl::StatusOr<v1::Confirmation> Submit(const std::string& name) {
    v1::SubmitConfirmationRequest request;
    request.set_name(name);
    return Ask(&SubmitConfirmation, HeadCall(), request);
  }
  v1::Confirmation Submitted(const v1::Referral& referral) {
    auto submitted = Submit(Create(referral, 2).name());
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.value_or(v1::Confirmation());
  }
  v1::Confirmation TakenOn(const v1::Referral& referral) {
    v1::AcceptConfirmationRequest request;
    request.set_name(Submitted(referral).name());
    request.set_case_number("(2026)浙0102诉前调确1号");
    auto accepted = Ask(&AcceptConfirmation, CourtCall(), request);
    EXPECT_TRUE(accepted.ok()) << accepted.status();
    return accepted.value_or(v1::Confirmation());
  }
  absl::StatusOr<v1::Confirmation> Confirm(const std::string& name) {
    v1::ConfirmAgreementRequest request;
    request.set_name(name);
    request.set_ruling_number("（2026）浙0102诉前调确1号");
    return Ask(&ConfirmAgreement, CourtCall(), request);
  }
  absl::StatusOr<v1::Confirmation> Reject(const std::string& name, v1::RejectionGround ground) {
    v1::RejectConfirmationRequest request;
    request.set_name(name);
    request.set_ground(ground);
    request.set_ruling_number("（2026）浙0102诉前调确1号之一");
    return Ask(&RejectConfirmation, CourtCall(), request);
  }
  absl::StatusOr<v1::Confirmation> GetBy(Call call, const std::string& name) {
    v1::GetConfirmationRequest request;
    request.set_name(name);
    return Ask(&GetConfirmation, std::move(call), request);
  }
};

TEST_F(ConfirmationTest, FromTheFirstApplicantToTheRuling) {
  const v1::Referral referral = Agreed();
  const v1::Confirmation draft = Create(referral, 1);
  EXPECT_EQ(draft.state(), v1::CONFIRMATION_STATE_DRAFT);
  EXPECT_EQ(draft.deadline().clock(), v1::CONFIRMATION_CLOCK_WINDOW);
  EXPECT_EQ(draft.agreement(), referral.settlement().agreement());
  EXPECT_EQ(Get(referral.name()).confirmation(), draft.name());
  auto alone = Submit(draft.name());
  EXPECT_EQ(alone.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(alone.status()), reason::kConsentMissing);
  EXPECT_NE(alone.status().ToString().find("/parties/p2"), std::string::npos);
  auto joined = Join(draft.name(), "p2", HeadCall());
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(joined->state(), v1::CONFIRMATION_STATE_JOINTLY_APPLIED);
  auto submitted = Submit(draft.name());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_EQ(submitted->deadline().clock(), v1::CONFIRMATION_CLOCK_ACCEPTANCE);
  EXPECT_EQ(ReasonOf(Confirm(draft.name()).status()), reason::kStateForbids);
  v1::AcceptConfirmationRequest accept;
  accept.set_name(draft.name());
  accept.set_case_number("(2026)浙0102民初1号");
  EXPECT_EQ(ReasonOf(Ask(&AcceptConfirmation, CourtCall(), accept).status()),
            reason::kFieldInvalid);
  accept.set_case_number("(2026)浙0102诉前调确1号");
  auto by_head = Ask(&AcceptConfirmation, HeadCall(), accept);
  EXPECT_EQ(ReasonOf(by_head.status()), reason::kScopeNotAllowed);
  auto accepted = Ask(&AcceptConfirmation, CourtCall(), accept);
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->deadline().clock(), v1::CONFIRMATION_CLOCK_RULING);
  EXPECT_EQ(accepted->case_number(), "（2026）浙0102诉前调确1号");
  auto confirmed = Confirm(draft.name());
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(confirmed->state(), v1::CONFIRMATION_STATE_CONFIRMED);
  EXPECT_EQ(confirmed->article(), "CPL 206");
  EXPECT_FALSE(confirmed->has_deadline());
  const v1::Referral closed = Get(referral.name());
  EXPECT_EQ(closed.state(), v1::REFERRAL_STATE_CLOSED_CONFIRMED);
  EXPECT_EQ(closed.confirmation(), draft.name());
  EXPECT_EQ(EventsOf(draft.name()), "Apply ApplyJointly Submit Accept Confirm");
  EXPECT_EQ(Value("SELECT count(*) FROM deadlines WHERE state = 'RUNNING'"), "0");
}

TEST_F(ConfirmationTest, AllApplicantsAtOnceApplyJointly) {
  const v1::Confirmation made = Create(Agreed(), 2);
  EXPECT_EQ(made.state(), v1::CONFIRMATION_STATE_JOINTLY_APPLIED);
  EXPECT_TRUE(made.applicants(1).joined());
  auto again = Join(made.name(), "p2", HeadCall());
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ConfirmationTest, WhatCannotBeConfirmedIsRefusedWithItsReason) {
  const v1::Referral entrusted = Agreed(true);
  auto filed = Ask(&CreateConfirmation, HeadCall(), Application(entrusted));
  EXPECT_EQ(ReasonOf(filed.status()), reason::kGuardFailed);
  const v1::Referral referral = Agreed();
  v1::CreateConfirmationRequest excluded = Application(referral);
  excluded.mutable_confirmation()->add_matters(v1::CONFIRMATION_MATTER_RIGHT_IN_REM);
  auto in_rem = Ask(&CreateConfirmation, HeadCall(), excluded);
  EXPECT_EQ(ReasonOf(in_rem.status()), reason::kGuardFailed);
  EXPECT_NE(in_rem.status().ToString().find("355(5)"), std::string::npos);
  auto too_early = Ask(&CreateConfirmation, HeadCall(), Application(Accepted()));
  EXPECT_EQ(ReasonOf(too_early.status()), reason::kStateForbids);
  auto foreign = Ask(&CreateConfirmation, HeadCall(kOther), Application(referral));
  EXPECT_EQ(foreign.status().code(), absl::StatusCode::kNotFound);
  Execute("UPDATE referrals SET window_day = current_date - 2");
  auto late = Ask(&CreateConfirmation, HeadCall(), Application(referral));
  EXPECT_EQ(ReasonOf(late.status()), reason::kGuardFailed);
  EXPECT_EQ(Value("SELECT count(*) FROM confirmations"), "0");
}

TEST_F(ConfirmationTest, OneApplicationAtATime) {
  const v1::Referral referral = Agreed();
  Create(referral, 1);
  auto second = Ask(&CreateConfirmation, HeadCall(), Application(referral));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(second.status()), reason::kResourceExists);
}

TEST_F(ConfirmationTest, PapersAreCompleteAndTheAgreementIsTheOneFedBack) {
  const v1::Referral referral = Agreed();
  v1::CreateConfirmationRequest request = Application(referral, 2);
  request.mutable_confirmation()->set_agent_acts(true);
  request.mutable_confirmation()->mutable_documents(1)->set_sha256(std::string(64, 'c'));
  auto made = Ask(&CreateConfirmation, HeadCall(), request);
  ASSERT_TRUE(made.ok()) << made.status();
  auto no_letter = Submit(made->name());
  EXPECT_EQ(ReasonOf(no_letter.status()), reason::kGuardFailed);
  EXPECT_NE(no_letter.status().ToString().find("LETTER_OF_AUTHORITY"), std::string::npos);
  v1::SubmitConfirmationRequest submit;
  submit.set_name(made->name());
  v1::ConfirmationDocument* letter = submit.add_documents();
  letter->set_kind(v1::CONFIRMATION_DOCUMENT_KIND_LETTER_OF_AUTHORITY);
  letter->set_sha256(std::string(64, 'd'));
  auto other_agreement = Ask(&SubmitConfirmation, HeadCall(), submit);
  EXPECT_EQ(other_agreement.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(other_agreement.status()), reason::kDigestDiffers);
  v1::ConfirmationDocument* agreement = submit.add_documents();
  agreement->set_kind(v1::CONFIRMATION_DOCUMENT_KIND_AGREEMENT);
  agreement->set_sha256(kDigest);
  auto submitted = Ask(&SubmitConfirmation, HeadCall(), submit);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_EQ(GetBy(CourtCall(), made->name())->documents_size(), 5);
}

TEST_F(ConfirmationTest, APartyActsForItselfOnly) {
  const v1::Referral referral = Agreed();
  auto for_other = Ask(&CreateConfirmation, PartyCall(2), Application(referral, 1));
  EXPECT_EQ(ReasonOf(for_other.status()), reason::kScopeNotAllowed);
  auto made = Ask(&CreateConfirmation, PartyCall(1), Application(referral, 1));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(ReasonOf(Join(made->name(), "p2", PartyCall(1)).status()), reason::kScopeNotAllowed);
  EXPECT_TRUE(Join(made->name(), "p2", PartyCall(2)).ok());
  EXPECT_TRUE(GetBy(PartyCall(2), made->name()).ok());
  Caller stranger = PartyCall(1).caller();
  stranger.principal = "callers/party-" + std::string(64, '0');
  Call::Values values;
  values.caller = std::make_shared<Caller>(stranger);
  values.method = "test";
  values.now = absl::Now();
  EXPECT_EQ(GetBy(Call(values), made->name()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ConfirmationTest, ARejectionLeavesTheReferralOpenForANewAgreement) {
  const v1::Referral referral = Agreed();
  auto rejected = Reject(TakenOn(referral).name(), v1::REJECTION_GROUND_NOT_VOLUNTARY);
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_EQ(rejected->state(), v1::CONFIRMATION_STATE_REJECTED);
  EXPECT_EQ(rejected->article(), "CPL interpretation 358(4)");
  v1::AcknowledgeFeedbackRequest acknowledge;
  acknowledge.set_name(referral.name());
  ASSERT_TRUE(Ask(&AcknowledgeFeedback, CourtCall(), acknowledge).ok());
  const v1::Referral open = Get(referral.name());
  EXPECT_EQ(open.state(), v1::REFERRAL_STATE_AGREED);
  EXPECT_EQ(open.confirmation(), "");
  EXPECT_EQ(open.deadline().clock(), v1::REFERRAL_CLOCK_NEXT_STEP);
  Execute("UPDATE referrals SET window_day = current_date - 2");
  Expire(referral.name());
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_CLOSED_UNCONFIRMED);
}

TEST_F(ConfirmationTest, AGroundFoundAfterAcceptanceDismisses) {
  auto dismissed = Reject(TakenOn(Agreed()).name(), v1::REJECTION_GROUND_NOT_ACCEPTABLE);
  ASSERT_TRUE(dismissed.ok()) << dismissed.status();
  EXPECT_EQ(dismissed->state(), v1::CONFIRMATION_STATE_DISMISSED);
  EXPECT_EQ(EventsOf(dismissed->name()), "ApplyJointly Submit Accept Dismiss");
}

TEST_F(ConfirmationTest, NotAcceptedFreesTheReferralForAnotherApplication) {
  const v1::Referral referral = Agreed();
  v1::DeclineConfirmationRequest decline;
  decline.set_name(Submitted(referral).name());
  decline.set_ground(v1::NOT_ACCEPTED_GROUND_COURT_NOT_COMPETENT);
  auto declined = Ask(&DeclineConfirmation, CourtCall(), decline);
  ASSERT_TRUE(declined.ok()) << declined.status();
  EXPECT_EQ(declined->state(), v1::CONFIRMATION_STATE_NOT_ACCEPTED);
  EXPECT_EQ(declined->article(), "CPL interpretation 355(2)");
  EXPECT_EQ(Create(referral, 1).state(), v1::CONFIRMATION_STATE_DRAFT);
}

TEST_F(ConfirmationTest, WithdrawnByTheApplicantsOrDeemedByTheCourt) {
  const v1::Referral referral = Agreed();
  v1::WithdrawConfirmationRequest request;
  request.set_name(TakenOn(referral).name());
  request.set_reason(v1::CONFIRMATION_WITHDRAWAL_REASON_DEEMED);
  auto by_head = Ask(&WithdrawConfirmation, HeadCall(), request);
  EXPECT_EQ(ReasonOf(by_head.status()), reason::kScopeNotAllowed);
  auto deemed = Ask(&WithdrawConfirmation, CourtCall(), request);
  ASSERT_TRUE(deemed.ok()) << deemed.status();
  EXPECT_EQ(deemed->article(), "CPL interpretation 357");
  request.set_name(Create(referral, 1).name());
  request.set_reason(v1::CONFIRMATION_WITHDRAWAL_REASON_APPLICANTS);
  auto withdrawn = Ask(&WithdrawConfirmation, PartyCall(2), request);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->state(), v1::CONFIRMATION_STATE_WITHDRAWN);
  EXPECT_EQ(Get(referral.name()).confirmation(), "");
}

TEST_F(ConfirmationTest, ClocksLapseADraftAndUrgeTheCourt) {
  const v1::Referral referral = Agreed();
  const v1::Confirmation draft = Create(referral, 1);
  EXPECT_EQ(Expire(draft.name()), 1);
  EXPECT_EQ(GetBy(CourtCall(), draft.name())->state(), v1::CONFIRMATION_STATE_LAPSED);
  EXPECT_EQ(Get(referral.name()).confirmation(), "");
  const v1::Confirmation taken_on = TakenOn(referral);
  Expire(taken_on.name());
  auto urged = GetBy(CourtCall(), taken_on.name());
  EXPECT_EQ(urged->state(), v1::CONFIRMATION_STATE_ACCEPTED);
  EXPECT_EQ(urged->urge_count(), 1);
  EXPECT_EQ(urged->deadline().clock(), v1::CONFIRMATION_CLOCK_RULING);
  // The window ends while the court decides: the referral waits for the ruling.
  v1::AcknowledgeFeedbackRequest acknowledge;
  acknowledge.set_name(referral.name());
  ASSERT_TRUE(Ask(&AcknowledgeFeedback, CourtCall(), acknowledge).ok());
  Execute("UPDATE referrals SET window_day = current_date - 2");
  EXPECT_EQ(Expire(referral.name()), 1);
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_AGREED);
  EXPECT_EQ(Get(referral.name()).urge_count(), 0);
  ASSERT_TRUE(Confirm(taken_on.name()).ok());
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_CLOSED_CONFIRMED);
}

TEST_F(ConfirmationTest, ARepeatedApplicationIsOneAndListsShowEachItsOwn) {
  const v1::Referral referral = Agreed();
  v1::CreateConfirmationRequest request = Application(referral);
  request.set_request_id(NewRequestId());
  auto first = Ask(&CreateConfirmation, HeadCall(), request);
  auto again = Ask(&CreateConfirmation, HeadCall(), request);
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  auto count = [&](Call call, const std::string& of_referral) {
    v1::ListConfirmationsRequest list;
    list.set_referral(of_referral);
    auto answer = Ask(&ListConfirmationPage, std::move(call), list);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->confirmations_size() : -1;
  };
  Create(Agreed(), 1);
  EXPECT_EQ(count(CourtCall(), ""), 2);
  EXPECT_EQ(count(CourtCall(), referral.name()), 1);
  EXPECT_EQ(count(HeadCall(kOther), ""), 0);
  EXPECT_EQ(count(BureauCall("3301"), ""), 2);
}

}  // namespace
}  // namespace maplebridge::docking
