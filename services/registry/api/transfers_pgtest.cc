#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/agreements.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/dispute_links.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/escalations.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/transfers.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr char kReceiver[] = "organisations/gongshu";

class TransferTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    roster::v1::Organisation& receiver = roster().organisations[kReceiver];
    receiver.set_name(kReceiver);
    receiver.set_display_name("上城区湖滨街道人民调解委员会");
    receiver.set_kind(roster::v1::ORGANISATION_KIND_TOWNSHIP);
    receiver.set_division("330102001000");
    receiver.set_state(roster::v1::ORGANISATION_STATE_PUBLISHED);
  }
  static v1::OfferTransferRequest Offer(const std::string& dispute) {
    v1::OfferTransferRequest request;
    request.set_parent(dispute);
    request.mutable_transfer()->set_to_organisation(kReceiver);
    request.mutable_transfer()->set_explanation("当事人均居住于湖滨街道");
    return request;
  }
  v1::Transfer Offered(const std::string& dispute) {
    return Must(&OfferTransfer, HeadCall(), Offer(dispute));
  }
  absl::StatusOr<v1::Transfer> Accept(const v1::Transfer& transfer, Call call) {
    v1::AcceptTransferRequest request;
    request.set_name(transfer.name());
    return Ask(&AcceptTransfer, std::move(call), request);
  }
  v1::DeclineTransferRequest Declined(const v1::Transfer& transfer) {
    v1::DeclineTransferRequest request;
    request.set_name(transfer.name());
    request.set_answer("不属于本辖区");
    return request;
  }
  absl::StatusOr<v1::Dispute> Read(Call call, const std::string& name) {
    v1::GetDisputeRequest request;
    request.set_name(name);
    return Ask(&GetDispute, std::move(call), request);
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
};

TEST_F(TransferTest, TheReceiverAcceptsAndTheDisputeIsReportedThere) {
  const v1::Dispute mediating = Mediating();
  const v1::Transfer offered = Offered(mediating.name());
  EXPECT_EQ(offered.state(), v1::TRANSFER_STATE_OFFERED);
  EXPECT_EQ(offered.name(), mediating.name() + "/transfers/1");
  const v1::Dispute still = Get(mediating.name());
  EXPECT_EQ(still.state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(still.organisation(), kOrganisation);
  EXPECT_EQ(still.deadline().due_day(), mediating.deadline().due_day());
  EXPECT_EQ(still.offered_organisation(), kReceiver);

  auto accepted = Accept(offered, StrangerCall());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->state(), v1::TRANSFER_STATE_ACCEPTED);
  EXPECT_TRUE(accepted->has_end_time());
  auto there = Read(StrangerCall(), mediating.name());
  ASSERT_TRUE(there.ok()) << there.status();
  EXPECT_EQ(there->state(), v1::DISPUTE_STATE_REPORTED);
  EXPECT_EQ(there->organisation(), kReceiver);
  EXPECT_EQ(there->mediators_size(), 0);
  EXPECT_EQ(there->clock(), "accept");
  EXPECT_FALSE(there->has_accept_time());
  EXPECT_EQ(there->offered_organisation(), "");
  // Who handed it over has no more to do with it.
  ExpectError(Read(HeadCall(), mediating.name()).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Value("SELECT string_agg(kind || ' ' || state, ', ' ORDER BY kind) FROM deadlines"),
            "accept RUNNING, mediation MET, transfer MET");
  EXPECT_EQ(Value("SELECT type || ' ' || organisation FROM events ORDER BY position DESC LIMIT 1"),
            "Transfer organisations/gongshu");
  v1::AcceptDisputeRequest request;
  request.set_name(mediating.name());
  EXPECT_EQ(Must(&AcceptDispute, StrangerCall(), request).state(), v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(TransferTest, AReceiverThatWasRevokedMeanwhileCannotAccept) {
  const v1::Dispute reported = Reported();
  const v1::Transfer offered = Offered(reported.name());
  roster().organisations[kReceiver].set_state(roster::v1::ORGANISATION_STATE_REVOKED);
  const std::string before = RowCounts();
  ExpectError(Accept(offered, StrangerCall()).status(), StatusCode::kFailedPrecondition,
              reason::kOrganisationNotPublished);
  EXPECT_EQ(RowCounts(), before);
  EXPECT_EQ(Get(reported.name()).organisation(), kOrganisation);
  // The offer lapses by its own clock, and the dispute stays where it is.
  EXPECT_EQ(Expire(absl::Now() + absl::Hours(24 * 14)), 2);
  const v1::Dispute after = Get(reported.name());
  EXPECT_EQ(after.offered_organisation(), "");
  EXPECT_EQ(after.organisation(), kOrganisation);
  EXPECT_EQ(Value("SELECT state || ' ' || end_principal FROM transfers"), "LAPSED services/clock");
}

TEST_F(TransferTest, AnOfferThatIsNotAnsweredIn3WorkingDaysLapses) {
  const v1::Transfer offered = Offered(Accepted().name());
  const absl::Time due = absl::FromUnixSeconds(offered.deadline().due_time().seconds());
  EXPECT_EQ(Expire(due - absl::Seconds(1)), 0);
  EXPECT_EQ(Expire(due), 1);
  EXPECT_EQ(Value("SELECT type FROM events ORDER BY position DESC LIMIT 1"), "LapseTransfer");
  ExpectError(Accept(offered, StrangerCall()).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

TEST_F(TransferTest, WhoIsOfferedADisputeSeesItWithoutItsPeopleUntilItDeclines) {
  const std::string name = Reported().name();
  ExpectError(Read(StrangerCall(), name).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  const v1::Transfer offered = Offered(name);
  auto preview = Read(StrangerCall(), name);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->party_count(), 2);
  for (const type::v1::Party& party : preview->parties()) {
    EXPECT_EQ(party.display_name(), "");
    EXPECT_EQ(party.identity_number(), "");
  }
  const v1::Transfer declined = Must(&DeclineTransfer, StrangerCall(), Declined(offered));
  EXPECT_EQ(declined.state(), v1::TRANSFER_STATE_DECLINED);
  EXPECT_EQ(declined.answer(), "不属于本辖区");
  ExpectError(Read(StrangerCall(), name).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Get(name).organisation(), kOrganisation);
}

TEST_F(TransferTest, APreviewIsNoSightOfTheFile) {
  const std::string name = Mediating().name();
  HoldSession(name);
  const v1::Agreement agreement = Agree(name, absl::CivilDay(2030, 1, 1));
  Offered(name);
  const auto hidden = [](const absl::Status& status) {
    ExpectError(status, StatusCode::kNotFound, reason::kResourceNotFound);
  };
  v1::GetAgreementRequest get_agreement;
  get_agreement.set_name(agreement.name());
  hidden(Ask(&GetAgreement, StrangerCall(), get_agreement).status());
  v1::GetDocumentRequest get_document;
  get_document.set_name(name + "/documents/agreement-1");
  hidden(Ask(&GetDocument, StrangerCall(), get_document).status());
  v1::ListDocumentsRequest documents;
  documents.set_parent(name);
  hidden(Ask(&ListDocumentPage, StrangerCall(), documents).status());
  v1::ListSessionsRequest sessions;
  sessions.set_parent(name);
  hidden(Ask(&ListSessionPage, StrangerCall(), sessions).status());
  v1::ListDisputePartiesRequest parties;
  parties.set_parent(name);
  hidden(Ask(&ListDisputeParties, StrangerCall(), parties).status());
  v1::ListEscalationsRequest escalations;
  escalations.set_parent(name);
  hidden(Ask(&ListEscalationPage, StrangerCall(), escalations).status());
  v1::ListDisputeLinksRequest links;
  links.set_parent(name);
  hidden(Ask(&ListDisputeLinkPage, StrangerCall(), links).status());
  v1::ListTransfersRequest transfers;
  transfers.set_parent(name);
  EXPECT_EQ(Must(&ListTransferPage, StrangerCall(), transfers).transfers_size(), 1);
}

TEST_F(TransferTest, OnlyTheSideThatIsAskedAnswersAndOnlyTheOtherTakesBack) {
  const v1::Transfer offered = Offered(Reported().name());
  ExpectError(Accept(offered, HeadCall()).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  ExpectError(Ask(&DeclineTransfer, HeadCall(), Declined(offered)).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
  v1::CancelTransferRequest cancel;
  cancel.set_name(offered.name());
  ExpectError(Ask(&CancelTransfer, StrangerCall(), cancel).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Must(&CancelTransfer, HeadCall(), cancel).state(), v1::TRANSFER_STATE_CANCELLED);
  ExpectError(Ask(&CancelTransfer, HeadCall(), cancel).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(TransferTest, AnOfferIsToAnotherCompetentOrganisationAndOneAtATime) {
  const std::string name = Reported().name();
  v1::OfferTransferRequest request = Offer(name);
  request.mutable_transfer()->set_to_organisation(kOrganisation);
  ExpectError(Ask(&OfferTransfer, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "transfer.to_organisation");
  request.mutable_transfer()->set_to_organisation("organisations/nobody");
  ExpectError(Ask(&OfferTransfer, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "transfer.to_organisation");
  request = Offer(name);
  request.mutable_transfer()->clear_explanation();
  ExpectError(Ask(&OfferTransfer, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "transfer.explanation");
  roster().organisations[kReceiver].set_division("330110001000");
  ExpectError(Ask(&OfferTransfer, HeadCall(), Offer(name)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  roster().organisations[kReceiver].set_division("330102001000");
  Offered(name);
  ExpectError(Ask(&OfferTransfer, HeadCall(), Offer(name)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
}

TEST_F(TransferTest, AnOfferEndsWithTheStateInWhichItWasMade) {
  const std::string name = Mediating().name();
  Offered(name);
  v1::WithdrawDisputeRequest withdraw;
  withdraw.set_name(name);
  withdraw.add_party_ids("p1");
  withdraw.set_evidence("撤回申请书");
  EXPECT_EQ(Must(&WithdrawDispute, HeadCall(), withdraw).offered_organisation(), "");
  EXPECT_EQ(Value("SELECT state FROM transfers"), "CANCELLED");
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'transfer'"), "MET");
}

TEST_F(TransferTest, BothSidesListTheirTransfersAlsoAfterwards) {
  const v1::Transfer first = Offered(Reported(1).name());
  const v1::Transfer second = Offered(Reported(2).name());
  ASSERT_TRUE(Accept(first, StrangerCall()).ok());
  v1::ListTransfersRequest request;
  request.set_parent("disputes/-");
  for (bool receiver : {false, true}) {
    Call call = receiver ? StrangerCall() : HeadCall();
    const v1::ListTransfersResponse all = Must(&ListTransferPage, std::move(call), request);
    ASSERT_EQ(all.transfers_size(), 2);
    EXPECT_EQ(all.transfers(0).name(), first.name());
    EXPECT_EQ(all.transfers(1).name(), second.name());
  }
  request.set_page_size(1);
  v1::ListTransfersResponse page = Must(&ListTransferPage, HeadCall(), request);
  ASSERT_EQ(page.transfers_size(), 1);
  request.set_page_token(page.next_page_token());
  page = Must(&ListTransferPage, HeadCall(), request);
  ASSERT_EQ(page.transfers_size(), 1);
  EXPECT_EQ(page.transfers(0).name(), second.name());
  EXPECT_EQ(page.next_page_token(), "");
  request.Clear();
  request.set_parent("disputes/-");
  request.set_state(v1::TRANSFER_STATE_OFFERED);
  EXPECT_EQ(Must(&ListTransferPage, StrangerCall(), request).transfers_size(), 1);
}

TEST_F(TransferTest, ARepeatedAnswerIsAnsweredAgain) {
  const v1::Transfer offered = Offered(Reported().name());
  v1::DeclineTransferRequest request = Declined(offered);
  request.set_request_id(NewRequestId());
  Must(&DeclineTransfer, StrangerCall(), request);
  const std::string before = RowCounts();
  EXPECT_EQ(Must(&DeclineTransfer, StrangerCall(), request).state(), v1::TRANSFER_STATE_DECLINED);
  EXPECT_EQ(RowCounts(), before);
}

}  // namespace
}  // namespace maplebridge::registry
