#include <absl/strings/match.h>

#include <thread>

#include "services/registry/api/closing.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/session_plan.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class SessionPlanTest : public RegistryTest {
 protected:
  const absl::Time begin_ =
      absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())) + absl::Hours(48);

  v1::PlanSessionRequest Plan(const std::string& dispute, absl::Time start,
                              const std::string& room = "") {
    v1::PlanSessionRequest request;
    request.set_parent(dispute);
    v1::PlannedSession* session = request.mutable_planned_session();
    session->set_kind(v1::SESSION_KIND_ONSITE);
    SetTime(session->mutable_start_time(), start);
    SetTime(session->mutable_end_time(), start + absl::Hours(2));
    session->set_place("清波街道调解室");
    session->set_room(room);
    session->add_mediators(kMediator);
    session->add_party_ids("p1");
    session->add_party_ids("p2");
    return request;
  }
  v1::PlannedSession Planned(const std::string& dispute) {
    return Must(&PlanSession, HeadCall(), Plan(dispute, begin_));
  }
  v1::MoveSessionRequest Move(const std::string& name, absl::Time start) {
    v1::MoveSessionRequest request;
    request.set_name(name);
    SetTime(request.mutable_start_time(), start);
    SetTime(request.mutable_end_time(), start + absl::Hours(1));
    request.set_reason("当事人出差");
    return request;
  }
  v1::PlannedSession Notice(const std::string& name, const std::string& party) {
    v1::RecordNoticeRequest request;
    request.set_name(name);
    request.mutable_notice()->set_party_id(party);
    request.mutable_notice()->set_method(v1::NOTICE_METHOD_TELEPHONE);
    SetTime(request.mutable_notice()->mutable_told_time(), absl::Now() - absl::Minutes(5));
    request.mutable_notice()->set_evidence("通话记录");
    return Must(&RecordNotice, HeadCall(), request);
  }
  v1::PlannedSession Consent(const std::string& name, const std::string& party,
                             v1::RecordingDecision decision) {
    v1::RecordRecordingConsentRequest request;
    request.set_name(name);
    request.mutable_consent()->set_party_id(party);
    request.mutable_consent()->set_decision(decision);
    request.mutable_consent()->set_evidence("当面询问");
    return Must(&RecordRecordingConsent, HeadCall(), request);
  }
  static v1::RecordAttendanceRequest Attendance(const std::string& name, bool recorded) {
    v1::RecordAttendanceRequest request;
    request.set_name(name);
    request.set_recorded(recorded);
    for (const char* party : {"p1", "p2"}) {
      auto* added = request.add_attendances();
      added->set_party_id(party);
      added->set_attendance(v1::ATTENDANCE_PRESENT);
    }
    return request;
  }
  void LetItBegin(const std::string& name) {
    Execute(
        "UPDATE planned_sessions SET start_time = now() - interval '3 hours', end_time = now() "
        "- interval '1 hour' WHERE ordinal = " +
        name.substr(name.rfind('/') + 1));
  }
  std::string Taken() { return Value("SELECT count(*) FROM session_bookings"); }
};

TEST_F(SessionPlanTest, NobodyAndNoRoomIsInTwoPlacesAtOnce) {
  const std::string first = Mediating(1).name(), second = Mediating(2).name();
  Planned(first);
  EXPECT_EQ(Taken(), "3");
  const std::string before = RowCounts();
  const auto ask = [&](absl::Time start, const std::string& room = "") {
    return Ask(&PlanSession, HeadCall(), Plan(second, start, room)).status();
  };
  // The same mediator, to the microsecond.
  for (absl::Duration shift : {absl::ZeroDuration(), absl::Hours(2) - absl::Microseconds(1),
                               -absl::Hours(2) + absl::Microseconds(1)}) {
    const absl::Status refused = ask(begin_ + shift);
    ExpectError(refused, StatusCode::kFailedPrecondition, reason::kGuardFailed);
    EXPECT_TRUE(absl::StrContains(refused.message(), kMediator)) << refused;
  }
  EXPECT_EQ(RowCounts(), before);
  EXPECT_TRUE(ask(begin_ + absl::Hours(2), "一号室").ok()) << "one after the other";
  // Another mediator, but the room is taken.
  v1::PlanSessionRequest other = Plan(first, begin_ + absl::Hours(3), "一号室");
  Execute("UPDATE session_bookings SET key = 'x' || key WHERE kind = 'MEDIATOR'");
  const absl::Status refused = Ask(&PlanSession, HeadCall(), other).status();
  ExpectError(refused, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(refused.message(), "一号室")) << refused;
}

TEST_F(SessionPlanTest, APartyOfTwoDisputesIsNotAskedToBothAtOnce) {
  const std::string first = Mediating(1).name(), second = Mediating(1).name();
  Planned(first);
  Execute("DELETE FROM session_bookings WHERE kind = 'MEDIATOR'");
  const absl::Status refused = Ask(&PlanSession, HeadCall(), Plan(second, begin_)).status();
  ExpectError(refused, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(refused.message(), second + "/parties/p")) << refused;
}

TEST_F(SessionPlanTest, OfTwoAtOnceOneTakesTheMediator) {
  std::vector<std::string> disputes;
  for (int i = 0; i < 6; ++i) disputes.push_back(Mediating(i + 1).name());
  std::vector<absl::Status> answers(disputes.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < disputes.size(); ++i) {
    threads.emplace_back(
        [&, i] { answers[i] = Ask(&PlanSession, HeadCall(), Plan(disputes[i], begin_)).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int taken = 0;
  for (const absl::Status& answer : answers) {
    if (answer.ok()) {
      ++taken;
    } else {
      ExpectError(answer, StatusCode::kFailedPrecondition, reason::kGuardFailed);
    }
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(Value("SELECT count(*) FROM planned_sessions"), "1");
}

TEST_F(SessionPlanTest, AMoveFreesTheOldTimeAndOutdatesTheNotices) {
  const std::string dispute = Mediating().name();
  const std::string name = Planned(dispute).name();
  auto told = Notice(name, "p1");
  ASSERT_EQ(told.notices_size(), 1);
  EXPECT_TRUE(told.notices(0).is_current());
  EXPECT_FALSE(told.notices(0).is_late());
  const auto moved = Must(&MoveSession, HeadCall(), Move(name, begin_ - absl::Hours(30)));
  EXPECT_EQ(moved.move_count(), 1);
  EXPECT_FALSE(moved.notices(0).is_current());
  told = Notice(name, "p1");
  EXPECT_TRUE(told.notices(1).is_current());
  EXPECT_TRUE(told.notices(1).is_late()) << "18 hours before";
  EXPECT_TRUE(Ask(&PlanSession, HeadCall(), Plan(dispute, begin_)).ok()) << "the old time is free";
  ExpectError(Ask(&MoveSession, HeadCall(), Move(name, begin_)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ExpectError(Ask(&MoveSession, HeadCall(), Move(name, absl::Now())).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "start_time");
}

TEST_F(SessionPlanTest, OnlyTheOrganisationPlansAndOnlyWithItsMediatorsAndParties) {
  const std::string dispute = Mediating().name();
  const std::string before = RowCounts();
  ExpectError(Ask(&PlanSession, StrangerCall(), Plan(dispute, begin_)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  auto request = Plan(dispute, begin_);
  request.mutable_planned_session()->set_mediators(0, "organisations/qingbo/mediators/nobody");
  ExpectError(Ask(&PlanSession, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  request = Plan(dispute, begin_);
  request.mutable_planned_session()->set_party_ids(1, "p9");
  ExpectError(Ask(&PlanSession, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "planned_session.party_ids[1]");
  request = Plan(dispute, begin_);
  request.mutable_planned_session()->clear_place();
  ExpectError(Ask(&PlanSession, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "planned_session.place");
  ExpectError(Ask(&PlanSession, HeadCall(), Plan(Accepted(2).name(), begin_)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  EXPECT_EQ(Value("SELECT count(*) FROM planned_sessions"), "0");
  EXPECT_NE(before, "");
}

TEST_F(SessionPlanTest, ARecordingNeedsTheConsentOfAllWhoCame) {
  const std::string name = Planned(Mediating().name()).name();
  ExpectError(Ask(&RecordAttendance, HeadCall(), Attendance(name, false)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  Consent(name, "p1", v1::RECORDING_DECISION_CONSENT);
  Consent(name, "p2", v1::RECORDING_DECISION_CONSENT);
  Consent(name, "p2", v1::RECORDING_DECISION_REFUSE);
  LetItBegin(name);
  const absl::Status refused = Ask(&RecordAttendance, HeadCall(), Attendance(name, true)).status();
  ExpectError(refused, StatusCode::kFailedPrecondition, reason::kConsentMissing);
  EXPECT_TRUE(absl::StrContains(refused.message(), "p2")) << refused;
  EXPECT_EQ(Value("SELECT state FROM planned_sessions"), "PLANNED");
  Consent(name, "p2", v1::RECORDING_DECISION_CONSENT);
  const auto held = Must(&RecordAttendance, HeadCall(), Attendance(name, true));
  EXPECT_EQ(held.state(), v1::PLANNED_SESSION_STATE_HELD);
  EXPECT_TRUE(held.recorded());
  EXPECT_EQ(held.attendances_size(), 2);
  EXPECT_EQ(Taken(), "0");
  v1::CancelSessionRequest cancel;
  cancel.set_name(name);
  cancel.set_reason("迟了");
  ExpectError(Ask(&CancelSession, HeadCall(), cancel).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(SessionPlanTest, AHeldSessionIsRecordedOnceAsASession) {
  const std::string dispute = Mediating().name();
  const std::string name = Planned(dispute).name();
  v1::RecordSessionRequest request;
  request.set_parent(dispute);
  v1::Session* session = request.mutable_session();
  session->set_kind(v1::SESSION_KIND_ONSITE);
  SetTime(session->mutable_start_time(), absl::Now() - absl::Hours(3));
  SetTime(session->mutable_end_time(), absl::Now() - absl::Hours(1));
  session->add_mediators(kMediator);
  session->add_party_ids("p1");
  session->set_rights_told(true);
  session->set_planned_session(name);
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  LetItBegin(name);
  Must(&RecordAttendance, HeadCall(), Attendance(name, false));
  EXPECT_EQ(Must(&RecordSession, HeadCall(), request).planned_session(), name);
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  session->set_planned_session("disputes/D-330102-2026-00000017/plannedSessions/x");
  ExpectError(Ask(&RecordSession, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "session.planned_session");
}

TEST_F(SessionPlanTest, WhatIsPlannedEndsWithTheMediation) {
  const std::string dispute = Mediating().name();
  Planned(dispute);
  v1::WithdrawDisputeRequest withdraw;
  withdraw.set_name(dispute);
  withdraw.add_party_ids("p1");
  withdraw.set_evidence("书面撤回");
  Must(&WithdrawDispute, HeadCall(), withdraw);
  EXPECT_EQ(Value("SELECT state FROM planned_sessions"), "CANCELLED");
  EXPECT_EQ(Taken(), "0");
}

TEST_F(SessionPlanTest, TheCalendarShowsTheOrganisationsOwnInOrderPageByPage) {
  const std::string dispute = Mediating().name();
  for (int i = 3; i > 0; --i) {
    Must(&PlanSession, HeadCall(), Plan(dispute, begin_ + absl::Hours(4 * i)));
  }
  v1::ListPlannedSessionsRequest list;
  list.set_parent("disputes/-");
  list.set_page_size(2);
  SetTime(list.mutable_start_time(), begin_);
  SetTime(list.mutable_end_time(), begin_ + absl::Hours(48));
  auto page = Must(&ListPlannedSessionPage, HeadCall(), list);
  ASSERT_EQ(page.planned_sessions_size(), 2);
  EXPECT_LT(page.planned_sessions(0).start_time().seconds(),
            page.planned_sessions(1).start_time().seconds());
  list.set_page_token(page.next_page_token());
  page = Must(&ListPlannedSessionPage, HeadCall(), list);
  ASSERT_EQ(page.planned_sessions_size(), 1);
  EXPECT_EQ(page.next_page_token(), "");
  list.clear_page_token();
  EXPECT_EQ(Must(&ListPlannedSessionPage, StrangerCall(), list).planned_sessions_size(), 0);
  list.set_mediator("organisations/qingbo/mediators/nobody");
  EXPECT_EQ(Must(&ListPlannedSessionPage, HeadCall(), list).planned_sessions_size(), 0);
  list.set_parent(dispute);
  ExpectError(Ask(&ListPlannedSessionPage, StrangerCall(), list).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Must(&ListPlannedSessionPage, HeadCall(), list).planned_sessions_size(), 2);
}

TEST_F(SessionPlanTest, AnOnlineSessionHasARoomThatNobodyGuesses) {
  auto request = Plan(Mediating().name(), begin_);
  request.mutable_planned_session()->set_kind(v1::SESSION_KIND_ONLINE);
  request.mutable_planned_session()->clear_place();
  request.set_request_id(NewRequestId());
  const auto planned = Must(&PlanSession, HeadCall(), request);
  EXPECT_EQ(planned.online_room().size(), 32u);
  const auto again = Must(&PlanSession, HeadCall(), request);
  EXPECT_EQ(again.SerializeAsString(), planned.SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*) FROM events WHERE position(convert_to('" +
                  planned.online_room() + "', 'UTF8') IN payload) > 0"),
            "0");
}

}  // namespace
}  // namespace maplebridge::registry
