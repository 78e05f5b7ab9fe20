#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>
#include <thread>

#include "services/docking/api/guide_parties.h"
#include "services/docking/api/read_referrals.h"
#include "services/docking/api/roster_feed.h"
#include "services/docking/api/send_referral.h"
#include "services/docking/testing/docking_fixture.h"

namespace maplebridge::docking {
namespace {

using ReferralTest = DockingTest;

TEST_F(ReferralTest, AStepWithoutARightIsRefused) {
  StepRequest request;
  request.id = Guide().name().substr(sizeof("referrals/") - 1);
  request.choose = Always(ReferralEvent::kWithdraw);
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    const Call call = CourtCall();
    auto step = co_await BeginStep(docking(), transaction, call, request);
    EXPECT_EQ(step.status().code(), absl::StatusCode::kInternal) << step.status();
    co_return true;
  };
  EXPECT_TRUE(Run(database().Transact<bool>(absl::Now() + absl::Seconds(5), body)).ok());
}

TEST_F(ReferralTest, GuidanceOpensAReferralWithItsClockAndItsEvent) {
  const v1::Referral referral = Guide();
  EXPECT_EQ(referral.state(), v1::REFERRAL_STATE_GUIDED);
  EXPECT_EQ(referral.case_number(), "（2026）浙0102民诉前调7号");
  EXPECT_EQ(referral.court(), kCourt);
  EXPECT_EQ(referral.division(), "330102001000");
  EXPECT_EQ(referral.deadline().clock(), v1::REFERRAL_CLOCK_CONSENT);
  EXPECT_FALSE(referral.deadline().deadline().because().empty());
  EXPECT_EQ(referral.revision(), 1);
  ASSERT_EQ(referral.consents_size(), 2);
  EXPECT_EQ(referral.consents(1).decision(), v1::CONSENT_DECISION_UNSPECIFIED);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(referral, Get(referral.name())));
  EXPECT_EQ(EventsOf(referral.name()), "OfferGuidance");
  EXPECT_EQ(Value("SELECT kind || state FROM deadlines"), "CONSENTRUNNING");
}

TEST_F(ReferralTest, EverythingWrongIsNamedAtOnceAndNothingIsStored) {
  v1::OfferGuidanceRequest request;
  *request.mutable_referral() = Draft();
  request.mutable_referral()->set_case_number("（2026）浙0102执7号");
  request.mutable_referral()->set_category("NONSENSE");
  request.mutable_referral()->set_division("33");
  request.mutable_referral()->mutable_parties(0)->set_identity_number("330102198001010012");
  auto refused = Ask(&OfferGuidance, CourtCall(), request);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kFieldInvalid);
  const std::string text = refused.status().ToString();
  for (const char* field : {"referral.case_number", "referral.category", "referral.division",
                            "referral.parties[0].identity_number"}) {
    EXPECT_NE(text.find(field), std::string::npos) << field << " in " << text;
  }
  EXPECT_EQ(text.find("330102198001010012"), std::string::npos);
  EXPECT_EQ(Value("SELECT count(*) FROM referrals"), "0");
}

TEST_F(ReferralTest, ACourtOpensOnlyItsOwn) {
  v1::OfferGuidanceRequest request;
  *request.mutable_referral() = Draft();
  request.mutable_referral()->set_court("courts/110101");
  auto refused = Ask(&OfferGuidance, CourtCall(), request);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kScopeNotAllowed);
}

TEST_F(ReferralTest, OneConsentMissingIsRefusedAndNamesTheParty) {
  const v1::Referral referral = Guide();
  auto half = Consent(referral.name(), "p1");
  ASSERT_TRUE(half.ok()) << half.status();
  EXPECT_EQ(half->state(), v1::REFERRAL_STATE_GUIDED);
  auto refused = Ask(&SendReferral, CourtCall(), Sending(referral));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kConsentMissing);
  const std::string text = refused.status().ToString();
  EXPECT_NE(text.find(referral.name() + "/parties/p2"), std::string::npos) << text;
  EXPECT_EQ(text.find("parties/p1"), std::string::npos) << text;
  // Also while the roster is down.
  peers().Stop();
  refused = Ask(&SendReferral, CourtCall(), Sending(referral));
  EXPECT_EQ(ReasonOf(refused.status()), reason::kConsentMissing);
  EXPECT_EQ(Get(referral.name()).state(), v1::REFERRAL_STATE_GUIDED);
}

TEST_F(ReferralTest, AllConsentsMoveItOnAndOneRefusalClosesIt) {
  EXPECT_EQ(Consented().state(), v1::REFERRAL_STATE_CONSENTED);
  const v1::Referral referral = Guide();
  ASSERT_TRUE(Consent(referral.name(), "p1").ok());
  auto refused = Consent(referral.name(), "p2", v1::CONSENT_DECISION_REFUSE);
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(refused->state(), v1::REFERRAL_STATE_CLOSED_REFUSED);
  EXPECT_EQ(refused->deadline().clock(), v1::REFERRAL_CLOCK_COURT_ACTION);
  EXPECT_EQ(EventsOf(referral.name()), "OfferGuidance Consent Refuse");
  EXPECT_EQ(Value("SELECT string_agg(kind || ' ' || state, ',' ORDER BY kind) FROM deadlines"
                  " WHERE resource = '" +
                  referral.name() + "'"),
            "CONSENT MET,COURT_ACTION RUNNING");
}

TEST_F(ReferralTest, ConsentsAtTheSameMomentAreAllKeptAndTheLastCompletes) {
  for (int round = 0; round < 5; ++round) {
    const std::string name = Guide().name();
    absl::Status first, second;
    std::thread other([&] { first = Consent(name, "p1").status(); });
    second = Consent(name, "p2").status();
    other.join();
    EXPECT_TRUE(first.ok() && second.ok()) << first << second;
    EXPECT_EQ(Get(name).state(), v1::REFERRAL_STATE_CONSENTED);
    EXPECT_EQ(EventsOf(name), "OfferGuidance Consent CompleteConsent");
  }
}

TEST_F(ReferralTest, TwoOrganisationsNeverHoldTheSameCase) {
  peers().entries.insert("courts/330102/rosterEntries/other");
  const v1::Referral referral = Consented();
  v1::SendReferralRequest elsewhere = Sending(referral);
  elsewhere.set_organisation(kOther);
  absl::Status first, second;
  std::thread other([&] { first = Ask(&SendReferral, CourtCall(), Sending(referral)).status(); });
  second = Ask(&SendReferral, CourtCall(), elsewhere).status();
  other.join();
  EXPECT_NE(first.ok(), second.ok()) << first << second;
  EXPECT_EQ(ReasonOf(first.ok() ? second : first), reason::kStateForbids);
  EXPECT_EQ(Get(referral.name()).organisation(), first.ok() ? kOrganisation : kOther);
}

TEST_F(ReferralTest, AConsentIsOfAPartyAndIsTakenBackOnlyWhenItWasGiven) {
  const v1::Referral referral = Guide();
  auto stranger = Consent(referral.name(), "p9");
  EXPECT_EQ(ReasonOf(stranger.status()), reason::kFieldInvalid);
  auto never = Consent(referral.name(), "p1", v1::CONSENT_DECISION_WITHDRAW);
  EXPECT_EQ(ReasonOf(never.status()), reason::kGuardFailed);
  ASSERT_TRUE(Consent(referral.name(), "p1").ok());
  auto back = Consent(referral.name(), "p1", v1::CONSENT_DECISION_WITHDRAW);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->state(), v1::REFERRAL_STATE_CLOSED_REFUSED);
  // Every answer stays.
  EXPECT_EQ(Value("SELECT string_agg(decision, ' ' ORDER BY ordinal) FROM consents"),
            "CONSENT WITHDRAW");
}

TEST_F(ReferralTest, AConsentTakenBackInMediationReturnsTheCase) {
  const v1::Referral referral = Accepted();
  auto back = Consent(referral.name(), "p2", v1::CONSENT_DECISION_WITHDRAW);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->state(), v1::REFERRAL_STATE_RETURNED);
  EXPECT_EQ(back->conclusion().reason(), v1::CONCLUSION_REASON_PARTY_REFUSED);
  EXPECT_TRUE(back->conclusion().materials_equal());
}

TEST_F(ReferralTest, IdentitiesAreSealedMaskedAndGivenInFullOnlyToThoseOnTheCase) {
  const v1::Referral referral = Sent();
  const std::string number = Draft().parties(0).identity_number();
  EXPECT_EQ(referral.parties(0).identity_number(), Mask(number));
  EXPECT_EQ(Value("SELECT count(*) FROM referral_parties AS p WHERE p::text LIKE '%" + number +
                  "%' OR p::text LIKE '%13800138000%'"),
            "0");
  EXPECT_EQ(Value("SELECT bool_and(identity_match IS NOT NULL AND telephone_match IS NOT NULL)"
                  " FROM referral_parties"),
            "t");
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE position('" + number +
                  "'::bytea IN payload) > 0 OR position('张三'::bytea IN payload) > 0"),
            "0");
  v1::ListReferralPartiesRequest list;
  list.set_parent(referral.name());
  auto service = Ask(&ListReferralParties, ServiceCall(), list);
  ASSERT_TRUE(service.ok()) << service.status();
  EXPECT_EQ(service->parties(0).identity_number(), number);
  EXPECT_EQ(service->parties(0).telephone(), "13800138000");
  EXPECT_EQ(Value("SELECT principal FROM party_reads"), "services/registry");
  // The organisation: after it has accepted.
  auto early = Ask(&ListReferralParties, HeadCall(), list);
  EXPECT_EQ(ReasonOf(early.status()), reason::kScopeNotAllowed);
  v1::AcceptReferralRequest accept;
  accept.set_name(referral.name());
  ASSERT_TRUE(Ask(&AcceptReferral, HeadCall(), accept).ok());
  EXPECT_TRUE(Ask(&ListReferralParties, HeadCall(), list).ok());
  auto foreign = Ask(&ListReferralParties, HeadCall(kOther), list);
  EXPECT_EQ(foreign.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReferralTest, TheSameRequestIdGetsTheSameAnswerAndAnotherBodyIsRefused) {
  v1::OfferGuidanceRequest request;
  *request.mutable_referral() = Draft();
  request.set_request_id(NewRequestId());
  auto first = Ask(&OfferGuidance, CourtCall(), request);
  auto again = Ask(&OfferGuidance, CourtCall(), request);
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*) FROM referrals"), "1");
  request.mutable_referral()->set_summary("另一件事");
  auto reused = Ask(&OfferGuidance, CourtCall(), request);
  EXPECT_EQ(ReasonOf(reused.status()), reason::kRequestIdReused);
}

TEST_F(ReferralTest, AStaleEtagIsRefused) {
  const v1::Referral referral = Guide();
  v1::RecordConsentRequest request;
  request.set_name(referral.name());
  request.set_party_id("p1");
  request.set_decision(v1::CONSENT_DECISION_CONSENT);
  request.set_evidence("笔录");
  request.set_etag(referral.etag());
  ASSERT_TRUE(Ask(&RecordConsent, CourtCall(), request).ok());
  request.set_party_id("p2");
  auto stale = Ask(&RecordConsent, CourtCall(), request);
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(stale.status()), reason::kEtagStale);
}

TEST_F(ReferralTest, SendingAsksTheRoster) {
  const v1::Referral referral = Consented();
  v1::SendReferralRequest request = Sending(referral);
  request.set_organisation(kOther);
  auto not_invited = Ask(&SendReferral, CourtCall(), request);
  EXPECT_EQ(ReasonOf(not_invited.status()), reason::kOrganisationNotOnRoster);
  request.set_organisation("organisations/nobody");
  auto unknown = Ask(&SendReferral, CourtCall(), request);
  EXPECT_EQ(ReasonOf(unknown.status()), reason::kFieldInvalid);
  request.set_organisation(kOther);
  // The parties may choose any published organisation.
  peers().organisations[kOther] = roster::v1::ORGANISATION_STATE_SUSPENDED;
  request.set_choice(v1::ORGANISATION_CHOICE_PARTIES);
  auto suspended = Ask(&SendReferral, CourtCall(), request);
  EXPECT_EQ(ReasonOf(suspended.status()), reason::kOrganisationNotPublished);
  peers().organisations[kOther] = roster::v1::ORGANISATION_STATE_PUBLISHED;
  auto sent = Ask(&SendReferral, CourtCall(), request);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->state(), v1::REFERRAL_STATE_SENT);
  EXPECT_EQ(sent->organisation(), kOther);
  EXPECT_FALSE(sent->has_roster_time());
  EXPECT_EQ(sent->deadline().clock(), v1::REFERRAL_CLOCK_ACCEPT);
}

TEST_F(ReferralTest, WhileTheRosterIsDownItsFeedAnswers) {
  const v1::Referral referral = Consented();
  peers().Stop();
  auto unknown = Ask(&SendReferral, CourtCall(), Sending(referral));
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(unknown.status()), reason::kPeerUnavailable);
  auto tell = [&](const std::string& resource, const std::string& state, std::int64_t revision) {
    feed::v1::Event event;
    event.set_resource(resource);
    event.set_to_state(state);
    event.set_revision(revision);
    event.mutable_event_time()->set_seconds(1'790'000'000 + revision);
    std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
      absl::Status applied = co_await ApplyRosterEvent(transaction, event);
      if (!applied.ok()) co_return applied;
      co_return true;
    };
    auto done = Run(database().Transact<bool>(absl::Now() + absl::Seconds(10), body));
    EXPECT_TRUE(done.ok()) << done.status();
  };
  tell(kOrganisation, "PUBLISHED", 3);
  auto not_invited = Ask(&SendReferral, CourtCall(), Sending(referral));
  EXPECT_EQ(ReasonOf(not_invited.status()), reason::kOrganisationNotOnRoster);
  tell("courts/330102/rosterEntries/qingbo", "PUBLISHED", 1);
  // An older event told again changes nothing.
  tell(kOrganisation, "DRAFT", 1);
  auto sent = Ask(&SendReferral, CourtCall(), Sending(referral));
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->roster_time().seconds(), 1'790'000'003);
}

TEST_F(ReferralTest, WhatWasChosenWithOldDataIsCheckedAgainAtAcceptance) {
  const v1::Referral referral = Sent();
  Execute("UPDATE referrals SET roster_time = now()");
  peers().organisations[kOrganisation] = roster::v1::ORGANISATION_STATE_REVOKED;
  v1::AcceptReferralRequest accept;
  accept.set_name(referral.name());
  auto refused = Ask(&AcceptReferral, HeadCall(), accept);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kOrganisationNotPublished);
  peers().organisations[kOrganisation] = roster::v1::ORGANISATION_STATE_PUBLISHED;
  EXPECT_TRUE(Ask(&AcceptReferral, HeadCall(), accept).ok());
}

TEST_F(ReferralTest, TheKindFitsTheCaseNumber) {
  v1::SendReferralRequest request = Sending(Consented());
  request.set_kind(v1::REFERRAL_KIND_ENTRUSTED);
  auto without = Ask(&SendReferral, CourtCall(), request);
  EXPECT_EQ(ReasonOf(without.status()), reason::kFieldInvalid);
  request.set_procedure(v1::TRIAL_PROCEDURE_ORDINARY);
  auto wrong = Ask(&SendReferral, CourtCall(), request);
  EXPECT_EQ(ReasonOf(wrong.status()), reason::kGuardFailed);
  EXPECT_EQ(Sent(true).kind(), v1::REFERRAL_KIND_ENTRUSTED);
}

TEST_F(ReferralTest, ADeclinedCaseGoesElsewhereAndIsNoLongerShown) {
  const v1::Referral referral = Sent();
  v1::DeclineReferralRequest decline;
  decline.set_name(referral.name());
  decline.set_reason(v1::DECLINE_REASON_OTHER);
  auto wordless = Ask(&DeclineReferral, HeadCall(), decline);
  EXPECT_EQ(ReasonOf(wordless.status()), reason::kFieldInvalid);
  decline.set_text("调解员均在外");
  auto foreign = Ask(&DeclineReferral, HeadCall(kOther), decline);
  EXPECT_EQ(foreign.status().code(), absl::StatusCode::kNotFound);
  auto declined = Ask(&DeclineReferral, HeadCall(), decline);
  ASSERT_TRUE(declined.ok()) << declined.status();
  EXPECT_EQ(declined->state(), v1::REFERRAL_STATE_DECLINED);
  EXPECT_EQ(declined->decline().organisation(), kOrganisation);
  EXPECT_EQ(declined->deadline().clock(), v1::REFERRAL_CLOCK_SEND);
  EXPECT_TRUE(declined->parties(0).display_name().empty());
  peers().entries.insert("courts/330102/rosterEntries/other");
  v1::SendReferralRequest again = Sending(referral);
  again.set_organisation(kOther);
  auto sent = Ask(&SendReferral, CourtCall(), again);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_FALSE(sent->has_decline());
  v1::GetReferralRequest get;
  get.set_name(referral.name());
  EXPECT_EQ(Ask(&GetReferral, HeadCall(), get).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(Ask(&GetReferral, HeadCall(kOther), get).ok());
}

TEST_F(ReferralTest, AcceptingStartsTheLimitOfTheKind) {
  const v1::Referral appointed = Accepted();
  EXPECT_EQ(appointed.state(), v1::REFERRAL_STATE_ACCEPTED);
  EXPECT_EQ(appointed.deadline().clock(), v1::REFERRAL_CLOCK_MEDIATION);
  EXPECT_TRUE(appointed.has_accept_time());
  const v1::Referral entrusted = Accepted(true);
  EXPECT_LT(entrusted.deadline().deadline().due_day(), appointed.deadline().deadline().due_day());
  v1::AcceptReferralRequest accept;
  accept.set_name(appointed.name());
  auto twice = Ask(&AcceptReferral, HeadCall(), accept);
  EXPECT_EQ(ReasonOf(twice.status()), reason::kStateForbids);
}

TEST_F(ReferralTest, ListsShowEachCallerItsOwnNewestFirstInPages) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.insert(names.begin(), Guide().name());
  const v1::Referral filed = Guide(true);
  v1::ListReferralsRequest request;
  request.set_page_size(2);
  request.set_case_number("(2026)浙0102民诉前调7号");
  std::vector<std::string> listed;
  for (int page = 0; page < 4; ++page) {
    auto answer = Ask(&ListReferralPage, CourtCall(), request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    for (const v1::Referral& referral : answer->referrals()) listed.push_back(referral.name());
    request.set_page_token(answer->next_page_token());
    if (answer->next_page_token().empty()) break;
  }
  EXPECT_EQ(listed.size(), 5u);
  EXPECT_TRUE(std::is_sorted(listed.rbegin(), listed.rend()));
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()),
            std::set<std::string>(names.begin(), names.end()));

  v1::ListReferralsRequest all;
  all.set_page_size(1);
  auto first = Ask(&ListReferralPage, CourtCall(), all);
  ASSERT_TRUE(first.ok());
  all.set_page_token(first->next_page_token());
  all.set_state(v1::REFERRAL_STATE_GUIDED);
  auto other_request = Ask(&ListReferralPage, CourtCall(), all);
  EXPECT_EQ(ReasonOf(other_request.status()), reason::kPageTokenInvalid);

  auto count = [&](Call call) {
    auto answer = Ask(&ListReferralPage, std::move(call), v1::ListReferralsRequest());
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->referrals_size() : -1;
  };
  EXPECT_EQ(count(CourtCall()), 6);
  EXPECT_EQ(count(CourtCall("courts/110101")), 0);
  EXPECT_EQ(count(HeadCall()), 0);
  EXPECT_EQ(count(BureauCall("330102")), 6);
  EXPECT_EQ(count(BureauCall("3302")), 0);
  EXPECT_EQ(count(ServiceCall()), 6);
  auto bureau = Ask(&ListReferralPage, BureauCall("330102"), v1::ListReferralsRequest());
  EXPECT_TRUE(bureau->referrals(0).parties(0).display_name().empty());
}

}  // namespace
}  // namespace maplebridge::docking
