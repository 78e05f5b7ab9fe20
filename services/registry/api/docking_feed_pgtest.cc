#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/agreements.h"
#include "services/registry/api/docking_feed.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/fake_docking.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr char kReferral[] = "referrals/0196a1b2-0000-7000-8000-000000000001";

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class DockingFeedTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    if (HasFatalFailure()) return;
    parts_->docking = docking_.channel();
    docking::v1::Referral& referral = docking_.referrals[kReferral];
    referral.set_name(kReferral);
    referral.set_court(kCourt);
    referral.set_category("CONTRACT");
    referral.set_division("330102001000");
    referral.set_summary("买卖合同货款未付");
    referral.set_amount_fen(5'000'000);
    referral.set_organisation(kOrganisation);
    referral.set_state(docking::v1::REFERRAL_STATE_ACCEPTED);
    SetTime(referral.mutable_accept_time(), absl::Now() - absl::Hours(1));
    referral.mutable_deadline()->mutable_deadline()->set_due_day(DayWord(Today() + 15));
    const v1::Dispute draft = Draft();
    docking_.parties[kReferral].assign(draft.parties().begin(), draft.parties().end());
  }

  // As docking's feed tells it: nothing private in it.
  feed::v1::Event Event(const std::string& type, const std::string& from, const std::string& to) {
    feed::v1::Event event;
    event.set_position(++position_);
    event.set_type(type);
    event.set_resource(kReferral);
    event.set_from_state(from);
    event.set_to_state(to);
    event.set_trace_id("0af7651916cd43dd8448eb211c80319c");
    docking::v1::Referral payload = docking_.referrals[kReferral];
    payload.clear_summary();
    payload.clear_category_text();
    event.mutable_payload()->PackFrom(payload);
    return event;
  }
  // What the follower does with one event.
  absl::Status Apply(const feed::v1::Event& event) {
    auto apply = [&]() -> Task<absl::Status> {
      auto prepared = co_await PrepareReferral(registry(), event);
      if (!prepared.ok()) co_return prepared.status();
      std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
          [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
        absl::Status done = co_await ApplyDockingEvent(registry(), transaction, event, *prepared);
        if (!done.ok()) co_return done;
        co_return true;
      };
      auto done =
          co_await parts_->databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), body);
      co_return done.status();
    };
    return Run(apply());
  }
  void MustApply(const std::string& type, const std::string& from, const std::string& to) {
    absl::Status applied = Apply(Event(type, from, to));
    EXPECT_TRUE(applied.ok()) << type << ": " << applied;
  }
  // The dispute born of the referral.
  v1::Dispute Born() {
    MustApply("Accept", "SENT", "ACCEPTED");
    return Referred();
  }
  v1::Dispute Referred() {
    v1::ListDisputesRequest request;
    request.set_referral(kReferral);
    v1::ListDisputesResponse found = Must(&ListDisputePage, HeadCall(), request);
    EXPECT_EQ(found.disputes_size(), 1);
    return found.disputes_size() == 1 ? found.disputes(0) : v1::Dispute();
  }
  v1::Dispute Concluding() {
    const std::string name = Assign(Born().name()).name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(SignByAll(Agree(name, Today() + 30).name()).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  std::string Refusals() {
    return Value(
        "SELECT coalesce(string_agg(event, ' ' ORDER BY position), '') FROM feed_refusals");
  }

  FakeDocking docking_;
  std::int64_t position_ = 0;
};

TEST_F(DockingFeedTest, AnAcceptedReferralBecomesADispute) {
  const v1::Dispute dispute = Born();
  EXPECT_EQ(dispute.state(), v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_EQ(dispute.source(), v1::DISPUTE_SOURCE_REFERRAL);
  EXPECT_EQ(dispute.referral(), kReferral);
  EXPECT_EQ(dispute.court(), kCourt);
  EXPECT_EQ(dispute.organisation(), kOrganisation);
  EXPECT_EQ(dispute.summary(), "买卖合同货款未付");
  EXPECT_EQ(dispute.clock(), "mediation");
  EXPECT_EQ(dispute.deadline().due_day(), DayWord(Today() + 15));
  v1::ListDisputePartiesRequest request;
  request.set_parent(dispute.name());
  const v1::ListDisputePartiesResponse parties = Must(&ListDisputeParties, HeadCall(), request);
  ASSERT_EQ(parties.parties_size(), 2);
  EXPECT_EQ(parties.parties(0).identity_number(), Draft().parties(0).identity_number());
  EXPECT_EQ(Value("SELECT type || ' ' || actor || ' ' || court FROM events"),
            "Accept services/registry#docking courts/330102");
}

TEST_F(DockingFeedTest, WhatEventsLeaveOutIsTakenFromTheReferral) {
  docking_.referrals[kReferral].set_category("OTHER");
  docking_.referrals[kReferral].set_category_text("网络虚拟财产");
  const v1::Dispute dispute = Born();
  EXPECT_EQ(dispute.category(), "OTHER");
  EXPECT_EQ(dispute.category_text(), "网络虚拟财产");
}

TEST_F(DockingFeedTest, TheSameAcceptanceTwiceMakesOneDispute) {
  Born();
  Born();
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "1");
  EXPECT_EQ(Refusals(), "");
}

TEST_F(DockingFeedTest, TheCourtSeesItsDisputeAndOthersDoNot) {
  v1::GetDisputeRequest request;
  request.set_name(Born().name());
  EXPECT_EQ(Must(&GetDispute, CourtCall(), request).parties(0).display_name(), "张三");
  Caller other;
  other.principal = "callers/court-330105";
  other.roles = {options::v1::ROLE_COURT_SYSTEM};
  other.court = "courts/330105";
  ExpectError(Ask(&GetDispute, CallBy(other), request).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

TEST_F(DockingFeedTest, WhatDockingDecidesIsRefusedToCallers) {
  const std::string name = Born().name();
  v1::AcceptDisputeRequest accept;
  accept.set_name(name);
  absl::Status status = Ask(&AcceptDispute, HeadCall(), accept).status();
  ExpectError(status, StatusCode::kFailedPrecondition, reason::kReferralOwned);
  EXPECT_TRUE(absl::StrContains(status.message(), kReferral)) << status;
  v1::DeclineDisputeRequest decline;
  decline.set_name(name);
  decline.set_reason(v1::DECLINE_REASON_UNFIT);
  decline.set_advice("请向法院起诉。");
  ExpectError(Ask(&DeclineDispute, HeadCall(), decline).status(), StatusCode::kFailedPrecondition,
              reason::kReferralOwned);
  EXPECT_EQ(Referred().revision(), 1);
}

TEST_F(DockingFeedTest, ConcludingWaitsForDockingAndThenIsAgreed) {
  const v1::Dispute concluding = Concluding();
  EXPECT_EQ(concluding.state(), v1::DISPUTE_STATE_CONCLUDING);
  EXPECT_EQ(concluding.clock(), "confirm");
  MustApply("Agree", "ACCEPTED", "AGREED");
  const v1::Dispute agreed = Referred();
  EXPECT_EQ(agreed.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(agreed.clock(), "performance");
  EXPECT_EQ(agreed.deadline().due_day(), DayWord(Today() + 30));
  EXPECT_EQ(Refusals(), "");
}

TEST_F(DockingFeedTest, AReturnedReferralClosesTheDisputeAsFailed) {
  const std::string name = Assign(Born().name()).name();
  v1::ConcludeWithoutAgreementRequest request;
  request.set_name(name);
  request.set_reason(v1::CONCLUSION_REASON_NO_AGREEMENT);
  EXPECT_EQ(Must(&ConcludeWithoutAgreement, HeadCall(), request).state(),
            v1::DISPUTE_STATE_CONCLUDING);
  MustApply("Return", "ACCEPTED", "RETURNED");
  EXPECT_EQ(Referred().state(), v1::DISPUTE_STATE_CLOSED_FAILED);
}

TEST_F(DockingFeedTest, ALimitThatEndedInDockingEndsTheDisputeHere) {
  Assign(Born().name());
  docking_.referrals[kReferral].mutable_conclusion()->set_reason(
      docking::v1::CONCLUSION_REASON_LIMIT_EXPIRED);
  MustApply("ClockExpired", "ACCEPTED", "RETURNED");
  const v1::Dispute closed = Referred();
  EXPECT_EQ(closed.state(), v1::DISPUTE_STATE_CLOSED_FAILED);
  EXPECT_EQ(closed.conclusion().reason(), v1::CONCLUSION_REASON_LIMIT_EXPIRED);
}

TEST_F(DockingFeedTest, AWithdrawnReferralClosesTheDispute) {
  Concluding();
  MustApply("Withdraw", "ACCEPTED", "WITHDRAWN");
  EXPECT_EQ(Referred().state(), v1::DISPUTE_STATE_CLOSED_WITHDRAWN);
}

TEST_F(DockingFeedTest, AnExtensionMovesTheLimit) {
  const std::string name = Assign(Born().name()).name();
  docking_.referrals[kReferral].mutable_deadline()->mutable_deadline()->set_due_day(
      DayWord(Today() + 45));
  MustApply("Extend", "ACCEPTED", "ACCEPTED");
  const v1::Dispute extended = Referred();
  EXPECT_EQ(extended.state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(extended.deadline().due_day(), DayWord(Today() + 45));
  EXPECT_EQ(Value("SELECT due_day::text FROM deadlines WHERE kind = 'mediation'"),
            DayWord(Today() + 45));
}

TEST_F(DockingFeedTest, WhatTheWorkflowForbidsIsKeptForAnOperatorAndTheFeedGoesOn) {
  Assign(Born().name());
  MustApply("Agree", "ACCEPTED", "AGREED");  // nobody concluded here
  EXPECT_EQ(Referred().state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(Refusals(), "Agree");
}

TEST_F(DockingFeedTest, AReferralThatDockingDoesNotKnowIsRecordedAsRefused) {
  docking_.parties.clear();
  MustApply("Accept", "SENT", "ACCEPTED");
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "0");
  EXPECT_EQ(Refusals(), "Accept");
}

TEST_F(DockingFeedTest, WhileDockingIsDownNothingIsRefused) {
  const feed::v1::Event event = Event("Accept", "SENT", "ACCEPTED");
  docking_.Stop();
  ExpectError(Apply(event), StatusCode::kUnavailable, reason::kPeerUnavailable);
  EXPECT_EQ(Refusals(), "");
}

TEST_F(DockingFeedTest, TheRosterBeingDownDelaysNoAcceptance) {
  roster().Stop();
  EXPECT_EQ(Born().state(), v1::DISPUTE_STATE_ACCEPTED);
}

}  // namespace
}  // namespace maplebridge::registry
