#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "services/registry/api/agreements.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class MediateTest : public RegistryTest {
 protected:
  static v1::RecordSessionRequest SessionRequest(const std::string& name) {
    v1::RecordSessionRequest request;
    request.set_parent(name);
    v1::Session* session = request.mutable_session();
    session->set_kind(v1::SESSION_KIND_ONLINE);
    SetTime(session->mutable_start_time(), absl::Now() - absl::Hours(2));
    SetTime(session->mutable_end_time(), absl::Now() - absl::Hours(1));
    session->add_mediators(kMediator);
    session->add_party_ids("p1");
    session->set_rights_told(true);
    return request;
  }
  absl::StatusOr<v1::Dispute> Conclude(const std::string& agreement) {
    v1::ConcludeByAgreementRequest request;
    request.set_name(agreement.substr(0, agreement.find("/agreements/")));
    request.set_agreement(agreement);
    return Ask(&ConcludeByAgreement, HeadCall(), request);
  }
  // Concluded by an agreement whose two obligations are due on `due` and ten days later.
  v1::Dispute Agreed(absl::CivilDay due) {
    const std::string name = Mediating().name();
    HoldSession(name);
    auto concluded = Conclude(SignByAll(Agree(name, due).name()).name());
    EXPECT_TRUE(concluded.ok()) << concluded.status();
    return concluded.ok() ? *concluded : v1::Dispute();
  }
  absl::StatusOr<v1::Dispute> Perform(const std::string& name, const std::string& obligation,
                                      const std::string& day = "") {
    v1::RecordPerformanceRequest request;
    request.set_name(name);
    request.set_obligation_id(obligation);
    request.set_performed_day(day);
    request.set_evidence("银行转账凭证");
    return Ask(&RecordPerformance, HeadCall(), request);
  }
};

TEST_F(MediateTest, SessionsAreNumberedAndMoveTheDispute) {
  const std::string name = Mediating().name();
  const v1::Session first = HoldSession(name);
  EXPECT_EQ(first.name(), name + "/sessions/1");
  EXPECT_EQ(first.dispute_revision(), 4);
  const v1::Session second = HoldSession(name, false);
  EXPECT_EQ(second.name(), name + "/sessions/2");
  const v1::Dispute dispute = Get(name);
  EXPECT_EQ(dispute.session_count(), 2);
  EXPECT_EQ(dispute.revision(), 5);
  v1::ListSessionsRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  v1::ListSessionsResponse page = Must(&ListSessionPage, HeadCall(), list);
  ASSERT_EQ(page.sessions_size(), 1);
  EXPECT_EQ(page.sessions(0).SerializeAsString(), first.SerializeAsString());
  list.set_page_token(page.next_page_token());
  page = Must(&ListSessionPage, HeadCall(), list);
  ASSERT_EQ(page.sessions_size(), 1);
  EXPECT_EQ(page.sessions(0).SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(MediateTest, WhatWasSaidIsForThoseWhoWorkOnTheCaseAndForAuditors) {
  const std::string name = Mediating().name();
  HoldSession(name);
  v1::ListSessionsRequest list;
  list.set_parent(name);
  Caller clerk;
  clerk.principal = "callers/clerk";
  clerk.roles = {options::v1::ROLE_COUNTY_BUREAU, options::v1::ROLE_ORGANISATION_HEAD};
  clerk.division = "330102";
  clerk.organisation = "organisations/gongshu";
  ExpectError(Ask(&ListSessionPage, CallBy(clerk), list).status(), StatusCode::kPermissionDenied,
              reason::kScopeNotAllowed);
  Caller auditor;
  auditor.principal = "callers/auditor";
  auditor.roles = {options::v1::ROLE_AUDITOR};
  EXPECT_EQ(Must(&ListSessionPage, CallBy(auditor), list).sessions_size(), 1);
}

// Of two changes of one resource the later one has the higher position, because its position is
// drawn under the lock of the row.
TEST_F(MediateTest, ChangesOfOneDisputeAtOnceStandInTheFeedInTheirOrder) {
  const std::string name = Mediating().name();
  constexpr int kAtOnce = 30;
  std::vector<Call> calls(kAtOnce, HeadCall());
  const v1::RecordSessionRequest request = SessionRequest(name);
  std::vector<absl::Status> answers(kAtOnce, absl::UnknownError("no answer came"));
  auto all = [&]() -> Task<bool> {
    co_return co_await Suspended<bool>([&](Suspended<bool>::Resolve resolve) {
      auto left = std::make_shared<int>(kAtOnce);
      for (int i = 0; i < kAtOnce; ++i) {
        Start(RecordSession(registry(), calls[static_cast<std::size_t>(i)], request),
              [&answers, i, left, resolve](absl::StatusOr<v1::Session> answer) {
                answers[static_cast<std::size_t>(i)] = answer.status();
                if (--*left == 0) resolve(true);
              });
      }
    });
  };
  Run(all());
  for (const absl::Status& answer : answers) EXPECT_TRUE(answer.ok()) << answer;
  EXPECT_EQ(Get(name).session_count(), kAtOnce);
  EXPECT_EQ(Value("SELECT count(*)::text FROM events WHERE resource = '" + name + "'"),
            std::to_string(Get(name).revision()));
  EXPECT_EQ(Value("SELECT coalesce(string_agg(revision::text, ' '), '') FROM (SELECT revision, "
                  "row_number() OVER (ORDER BY position) AS place FROM events WHERE resource = '" +
                  name + "') AS placed WHERE revision <> place"),
            "");
}

TEST_F(MediateTest, ARepeatedSessionIsOneSession) {
  v1::RecordSessionRequest request = SessionRequest(Mediating().name());
  request.set_request_id(NewRequestId());
  const v1::Session first = Must(&RecordSession, HeadCall(), request);
  const v1::Session again = Must(&RecordSession, HeadCall(), request);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*)::text FROM sessions"), "1");
}

TEST_F(MediateTest, RightsAreToldAtTheFirstSession) {
  v1::RecordSessionRequest request = SessionRequest(Mediating().name());
  request.mutable_session()->set_rights_told(false);
  absl::Status status = Ask(&RecordSession, HeadCall(), request).status();
  ExpectError(status, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(status.message(), "PML 23-24")) << status;
}

TEST_F(MediateTest, ASessionHasAnAssignedMediatorPartiesOfTheDisputeAndATimeThatWas) {
  const std::string name = Mediating().name();
  v1::RecordSessionRequest request = SessionRequest(name);
  request.mutable_session()->set_party_ids(0, "p3");
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "session.party_ids[0]");
  request = SessionRequest(name);
  request.mutable_session()->set_mediators(0, "organisations/qingbo/mediators/zhao");
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  request = SessionRequest(name);
  *request.mutable_session()->mutable_end_time() = request.session().start_time();
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "session.end_time");
  request = SessionRequest(name);
  SetTime(request.mutable_session()->mutable_end_time(), absl::Now() + absl::Hours(1));
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "session.end_time");
  EXPECT_EQ(Value("SELECT count(*)::text FROM sessions"), "0");
  EXPECT_EQ(Get(name).revision(), 3);
}

TEST_F(MediateTest, AnUnsignedAgreementConcludesNothingAndNamesWhoIsMissing) {
  const std::string name = Mediating().name();
  const std::string agreement = Agree(name, Today() + 30).name();
  Sign(agreement, PartySignature("p1"));
  absl::Status status = Conclude(agreement).status();
  ExpectError(status, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(status.message(), "not yet signed: p2, mediator, seal")) << status;
  EXPECT_EQ(Get(name).state(), v1::DISPUTE_STATE_MEDIATING);
}

TEST_F(MediateTest, AnAgreementOfAnotherDisputeConcludesNothing) {
  const std::string other = SignByAll(Agree(Mediating(1).name(), Today() + 30).name()).name();
  v1::ConcludeByAgreementRequest request;
  request.set_name(Mediating(2).name());
  request.set_agreement(other);
  ExpectError(Ask(&ConcludeByAgreement, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "agreement");
}

TEST_F(MediateTest, ConcludingStartsPerformanceAndTheWindowForConfirmation) {
  const v1::Dispute agreed = Agreed(Today() + 30);
  EXPECT_EQ(agreed.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(agreed.obligation_count(), 2);
  EXPECT_EQ(agreed.conclusion().kind(), v1::CONCLUSION_KIND_AGREEMENT);
  EXPECT_EQ(agreed.conclusion().effective_day(), DayWord(Today()));
  EXPECT_EQ(agreed.clock(), "performance");
  EXPECT_EQ(agreed.deadline().due_day(), DayWord(Today() + 30));
  auto window = calendar::CountDeadline(registry().calendar(), calendar::StartOfChinaDay(Today()),
                                        calendar::DeadlineRule::kCalendar, 30);
  ASSERT_TRUE(window.ok());
  EXPECT_EQ(agreed.conclusion().confirmation_deadline().due_day(), DayWord(window->due_day));
  EXPECT_EQ(agreed.conclusion().document().sha256().size(), 64u);
}

TEST_F(MediateTest, EveryObligationPerformedEndsTheDispute) {
  const v1::Dispute agreed = Agreed(Today() + 30);
  auto first = Perform(agreed.name(), "o1");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(first->performed_count(), 1);
  EXPECT_EQ(first->deadline().due_day(), DayWord(Today() + 40)) << "the clock of the next one";
  auto last = Perform(agreed.name(), "o2", DayWord(Today()));
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(last->state(), v1::DISPUTE_STATE_PERFORMED);
  EXPECT_EQ(last->performed_count(), 2);
  EXPECT_EQ(last->clock(), "archive");
  EXPECT_EQ(Value("SELECT string_agg(type, ' ' ORDER BY position) FROM events WHERE position > "
                  "(SELECT max(position) - 2 FROM events)"),
            "RecordPerformance CompletePerformance");
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'performance'"), "MET");
}

TEST_F(MediateTest, APerformanceIsOfAnOpenObligationAndNotInTheFuture) {
  const std::string name = Agreed(Today() + 30).name();
  ExpectError(Perform(name, "o3").status(), StatusCode::kInvalidArgument, reason::kFieldInvalid,
              "obligation_id");
  ExpectError(Perform(name, "o1", DayWord(Today() + 1)).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "performed_day");
  ExpectError(Perform(name, "o1", "2026-2-30").status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "performed_day");
  ASSERT_TRUE(Perform(name, "o1").ok());
  ExpectError(Perform(name, "o1").status(), StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_EQ(Get(name).performed_count(), 1);
}

TEST_F(MediateTest, EndingWithoutAgreementGivesTheNotice) {
  v1::ConcludeWithoutAgreementRequest request;
  request.set_name(Mediating().name());
  request.set_reason(v1::CONCLUSION_REASON_PARTY_REFUSED);
  request.set_explanation("被申请人拒绝继续调解。");
  const v1::Dispute failed = Must(&ConcludeWithoutAgreement, HeadCall(), request);
  EXPECT_EQ(failed.state(), v1::DISPUTE_STATE_CLOSED_FAILED);
  EXPECT_EQ(failed.conclusion().kind(), v1::CONCLUSION_KIND_NO_AGREEMENT);
  EXPECT_EQ(failed.conclusion().reason(), v1::CONCLUSION_REASON_PARTY_REFUSED);
  EXPECT_EQ(failed.conclusion().document().document(), failed.name() + "/documents/conclusion-1");
  EXPECT_TRUE(absl::StrContains(failed.conclusion().document().number(), "人调终字"));
  EXPECT_EQ(failed.clock(), "archive");
  ExpectError(Ask(&ConcludeWithoutAgreement, HeadCall(), request).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

}  // namespace
}  // namespace maplebridge::registry
