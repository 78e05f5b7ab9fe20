#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/create_document.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/follow_up.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class ClosingTest : public RegistryTest {
 protected:
  v1::Dispute Agreed() {
    const std::string name = Mediating().name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(SignByAll(Agree(name, Today() + 5).name()).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  v1::Dispute Performed() {
    const v1::Dispute agreed = Agreed();
    v1::RecordPerformanceRequest request;
    request.set_name(agreed.name());
    request.set_evidence("银行转账凭证");
    v1::Dispute performed;
    for (const char* obligation : {"o1", "o2"}) {
      request.set_obligation_id(obligation);
      performed = Must(&RecordPerformance, HeadCall(), request);
    }
    return performed;
  }
  // A dispute of ten applicants and a respondent: MAJOR by itself.
  v1::Dispute Major() {
    v1::ReportDisputeRequest request;
    *request.mutable_dispute() = Draft();
    for (int i = 3; i <= 11; ++i) {
      type::v1::Party* party = request.mutable_dispute()->add_parties();
      party->set_party_id(absl::StrCat("p", i));
      party->set_kind(type::v1::PARTY_KIND_PERSON);
      party->set_position(type::v1::PARTY_POSITION_APPLICANT);
      party->set_display_name("王五");
    }
    return Must(&ReportDispute, HeadCall(), request);
  }
  static v1::WithdrawDisputeRequest Withdrawal(const std::string& name) {
    v1::WithdrawDisputeRequest request;
    request.set_name(name);
    request.add_party_ids("p1");
    request.set_evidence("撤回申请书，申请人签名");
    return request;
  }
  static v1::ExtendDisputeRequest Extension(const std::string& name, absl::CivilDay day) {
    v1::ExtendDisputeRequest request;
    request.set_name(name);
    request.set_last_day(DayWord(day));
    request.add_party_ids("p1");
    request.add_party_ids("p2");
    request.set_evidence("双方同意延期的笔录");
    return request;
  }
  static v1::ReportBreachRequest Breach(const std::string& name) {
    v1::ReportBreachRequest request;
    request.set_name(name);
    request.set_obligation_id("o1");
    request.set_explanation("电话督促两次，对方称无钱支付");
    return request;
  }
  static v1::RecordFollowUpRequest Visit(const std::string& name, int satisfaction) {
    v1::RecordFollowUpRequest request;
    request.set_parent(name);
    v1::FollowUp* visit = request.mutable_follow_up();
    visit->set_visit_day(DayWord(Today()));
    visit->set_method(v1::FOLLOW_UP_METHOD_TELEPHONE);
    visit->add_party_ids("p1");
    visit->set_satisfaction(satisfaction);
    visit->set_notes("对结果满意");
    return request;
  }
  void MakeDocument(const std::string& name, v1::DocumentKind kind, int ordinal) {
    v1::CreateDocumentRequest request;
    request.set_parent(name);
    request.set_kind(kind);
    request.set_ordinal(ordinal);
    Must(&CreateDocument, HeadCall(), request);
  }
  absl::StatusOr<v1::Dispute> Archive(const std::string& name) {
    v1::ArchiveDisputeRequest request;
    request.set_name(name);
    request.set_retention(v1::RETENTION_LONG_TERM);
    return Ask(&ArchiveDispute, HeadCall(), request);
  }
  // As if the obligations' days had passed.
  void PassDays() {
    Execute("UPDATE obligations SET due_day = due_day - 10");
    Execute("UPDATE dues SET due_day = due_day - 10");
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
};

TEST_F(ClosingTest, APartyEndsTheMediation) {
  const v1::Dispute mediating = Mediating();
  const v1::Dispute withdrawn = Must(&WithdrawDispute, HeadCall(), Withdrawal(mediating.name()));
  EXPECT_EQ(withdrawn.state(), v1::DISPUTE_STATE_CLOSED_WITHDRAWN);
  EXPECT_EQ(withdrawn.clock(), "archive");
  EXPECT_EQ(Value("SELECT array_to_string(party_ids, ',') || ' ' || principal FROM withdrawals"),
            "p1 callers/head");
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'mediation'"), "MET");
  EXPECT_EQ(Value("SELECT type || ' ' || to_state FROM events ORDER BY position DESC LIMIT 1"),
            "Withdraw CLOSED_WITHDRAWN");
}

TEST_F(ClosingTest, AWithdrawalIsOfAPartyOfTheDisputeAndByItsOrganisation) {
  const std::string name = Reported().name();
  v1::WithdrawDisputeRequest request = Withdrawal(name);
  request.add_party_ids("p9");
  const std::string before = RowCounts();
  ExpectError(Ask(&WithdrawDispute, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "party_ids[1]");
  request = Withdrawal(name);
  request.set_evidence("");
  ExpectError(Ask(&WithdrawDispute, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "evidence");
  ExpectError(Ask(&WithdrawDispute, StrangerCall(), Withdrawal(name)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(RowCounts(), before);
  ExpectError(Ask(&WithdrawDispute, HeadCall(), Withdrawal(Agreed().name())).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(ClosingTest, AllPartiesTogetherMoveTheLimit) {
  const v1::Dispute mediating = Mediating();
  const v1::Dispute extended =
      Must(&ExtendDispute, HeadCall(), Extension(mediating.name(), Today() + 60));
  EXPECT_EQ(extended.state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(extended.clock(), "mediation");
  // Sixty days from today, or the first working day after.
  EXPECT_GE(extended.deadline().due_day(), DayWord(Today() + 60));
  EXPECT_LT(extended.deadline().due_day(), DayWord(Today() + 70));
  EXPECT_EQ(Value("SELECT string_agg(reason, ' ' ORDER BY change_time) FROM deadline_changes "
                  "WHERE kind = 'mediation'"),
            "Accept Extend");
  EXPECT_EQ(Value("SELECT cardinality(party_ids)::text FROM extensions"), "2");
  ExpectError(Ask(&ExtendDispute, HeadCall(), Extension(mediating.name(), Today() + 30)).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "last_day");
}

TEST_F(ClosingTest, OnePartyAloneMovesNothing) {
  const std::string name = Accepted().name();
  v1::ExtendDisputeRequest request = Extension(name, Today() + 60);
  request.clear_party_ids();
  request.add_party_ids("p1");
  const absl::Status refused = Ask(&ExtendDispute, HeadCall(), request).status();
  ExpectError(refused, StatusCode::kFailedPrecondition, reason::kConsentMissing);
  EXPECT_TRUE(absl::StrContains(std::string(refused.message()), "p2")) << refused;
  request = Extension(name, Today() + 181);
  ExpectError(Ask(&ExtendDispute, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "last_day");
  EXPECT_EQ(Value("SELECT count(*)::text FROM extensions"), "0");
}

TEST_F(ClosingTest, ALimitThatRanOutIsExtendedFromToday) {
  const v1::Dispute accepted = Accepted();
  EXPECT_EQ(Expire(absl::FromUnixSeconds(accepted.deadline().due_time().seconds())), 1);
  EXPECT_TRUE(Get(accepted.name()).overdue());
  const v1::Dispute extended =
      Must(&ExtendDispute, HeadCall(), Extension(accepted.name(), Today() + 10));
  EXPECT_FALSE(extended.overdue());
}

TEST_F(ClosingTest, ABreachIsOfAnObligationThatIsDueAndNotPerformed) {
  const std::string name = Agreed().name();
  ExpectError(Ask(&ReportBreach, HeadCall(), Breach(name)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  v1::ReportBreachRequest unknown = Breach(name);
  unknown.set_obligation_id("o9");
  ExpectError(Ask(&ReportBreach, HeadCall(), unknown).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "obligation_id");
  PassDays();
  v1::ReportBreachRequest request = Breach(name);
  request.set_request_id(NewRequestId());
  const v1::Dispute broken = Must(&ReportBreach, HeadCall(), request);
  EXPECT_EQ(broken.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(broken.breach_count(), 1);
  EXPECT_EQ(Must(&ReportBreach, HeadCall(), request).SerializeAsString(),
            broken.SerializeAsString());
  EXPECT_EQ(Value("SELECT count(*)::text FROM breaches"), "1");
}

TEST_F(ClosingTest, AnAgreementIsLeftToTheCourtsOnceItWasUrgedInVain) {
  const std::string name = Agreed().name();
  v1::CloseUnperformedRequest request;
  request.set_name(name);
  request.set_reason(v1::UNPERFORMED_REASON_URGED_IN_VAIN);
  request.set_evidence("督促记录");
  ExpectError(Ask(&CloseUnperformed, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  PassDays();
  Must(&ReportBreach, HeadCall(), Breach(name));
  const v1::Dispute closed = Must(&CloseUnperformed, HeadCall(), request);
  EXPECT_EQ(closed.state(), v1::DISPUTE_STATE_CLOSED_UNPERFORMED);
  EXPECT_EQ(closed.unperformed_reason(), v1::UNPERFORMED_REASON_URGED_IN_VAIN);
  EXPECT_EQ(Value("SELECT evidence FROM agreement_ends"), "督促记录");
}

TEST_F(ClosingTest, APartyThatSuedNeedsNoBreach) {
  v1::CloseUnperformedRequest request;
  request.set_name(Agreed().name());
  request.set_reason(v1::UNPERFORMED_REASON_PARTY_SUED);
  request.set_evidence("法院受理通知书");
  EXPECT_EQ(Must(&CloseUnperformed, HeadCall(), request).state(),
            v1::DISPUTE_STATE_CLOSED_UNPERFORMED);
  v1::RecordSetAsideRequest set_aside;
  set_aside.set_name(request.name());
  set_aside.set_case_number("(2026)浙0102民初1234号");
  set_aside.set_effective_day(DayWord(Today()));
  EXPECT_EQ(Must(&RecordSetAside, HeadCall(), set_aside).state(),
            v1::DISPUTE_STATE_CLOSED_SET_ASIDE);
}

TEST_F(ClosingTest, ACourtSetsAnAgreementAside) {
  v1::RecordSetAsideRequest request;
  request.set_name(Performed().name());
  request.set_case_number("(2026)浙0102民初1234号");
  request.set_effective_day(DayWord(Today() + 1));
  ExpectError(Ask(&RecordSetAside, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "effective_day");
  request.set_effective_day(DayWord(Today()));
  request.set_case_number("某号");
  ExpectError(Ask(&RecordSetAside, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "case_number");
  request.set_case_number("(2026)浙0102民初1234号");
  const v1::Dispute closed = Must(&RecordSetAside, HeadCall(), request);
  EXPECT_EQ(closed.state(), v1::DISPUTE_STATE_CLOSED_SET_ASIDE);
  EXPECT_EQ(closed.set_aside_case_number(), "（2026）浙0102民初1234号");
}

TEST_F(ClosingTest, VisitsAreNumberedAndTellSatisfactionAndRelapse) {
  const std::string name = Performed().name();
  v1::RecordFollowUpRequest request = Visit(name, 4);
  request.set_request_id(NewRequestId());
  const v1::FollowUp first = Must(&RecordFollowUp, HeadCall(), request);
  EXPECT_EQ(first.name(), name + "/followUps/1");
  EXPECT_EQ(Must(&RecordFollowUp, HeadCall(), request).SerializeAsString(),
            first.SerializeAsString());
  request = Visit(name, 0);
  request.mutable_follow_up()->set_relapsed(true);
  Must(&RecordFollowUp, HeadCall(), request);
  const v1::Dispute dispute = Get(name);
  EXPECT_EQ(dispute.follow_up_count(), 2);
  EXPECT_EQ(dispute.satisfaction(), 4) << "one that was not asked changes nothing";
  EXPECT_TRUE(dispute.relapsed());
  v1::ListFollowUpsRequest list;
  list.set_parent(name);
  list.set_page_size(1);
  v1::ListFollowUpsResponse page = Must(&ListFollowUpPage, HeadCall(), list);
  ASSERT_EQ(page.follow_ups_size(), 1);
  EXPECT_EQ(page.follow_ups(0).SerializeAsString(), first.SerializeAsString());
  list.set_page_token(page.next_page_token());
  page = Must(&ListFollowUpPage, HeadCall(), list);
  ASSERT_EQ(page.follow_ups_size(), 1);
  EXPECT_TRUE(page.follow_ups(0).relapsed());
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(ClosingTest, AVisitLooksAfterThePerformanceToo) {
  const std::string name = Agreed().name();
  const v1::Dispute before = Get(name);
  Must(&RecordFollowUp, HeadCall(), Visit(name, 5));
  const v1::Dispute after = Get(name);
  EXPECT_EQ(after.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(after.deadline().due_day(), before.deadline().due_day());
}

TEST_F(ClosingTest, AVisitComesAfterTheEndAndIsCheckedFieldByField) {
  ExpectError(Ask(&RecordFollowUp, HeadCall(), Visit(Mediating().name(), 5)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  const std::string name = Performed().name();
  const struct {
    const char* field;
    std::function<void(v1::FollowUp*)> change;
  } wrong[] = {
      {"follow_up.visit_day",
       [](v1::FollowUp* visit) { visit->set_visit_day(DayWord(Today() + 1)); }},
      {"follow_up.satisfaction", [](v1::FollowUp* visit) { visit->set_satisfaction(6); }},
      {"follow_up.notes", [](v1::FollowUp* visit) { visit->set_notes(std::string(2001, 'x')); }},
      {"follow_up.party_ids[1]", [](v1::FollowUp* visit) { visit->add_party_ids("p1"); }},
  };
  for (const auto& each : wrong) {
    v1::RecordFollowUpRequest request = Visit(name, 5);
    each.change(request.mutable_follow_up());
    ExpectError(Ask(&RecordFollowUp, HeadCall(), request).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, each.field);
  }
  EXPECT_EQ(Value("SELECT count(*)::text FROM follow_ups"), "0");
}

TEST_F(ClosingTest, TheArchiveEndsEveryClock) {
  const std::string name = Performed().name();
  MakeDocument(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1);
  const auto archived = Archive(name);
  ASSERT_TRUE(archived.ok()) << archived.status();
  EXPECT_EQ(archived->state(), v1::DISPUTE_STATE_ARCHIVED);
  EXPECT_EQ(archived->retention(), v1::RETENTION_LONG_TERM);
  EXPECT_TRUE(archived->has_archive_time());
  EXPECT_EQ(archived->clock(), "");
  EXPECT_FALSE(archived->has_deadline());
  EXPECT_EQ(Value("SELECT count(*)::text FROM deadlines WHERE state = 'RUNNING'"), "0");
  EXPECT_EQ(Expire(absl::Now() + absl::Hours(24 * 400)), 0);
  ExpectError(Ask(&RecordFollowUp, HeadCall(), Visit(name, 5)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  ExpectError(Archive(name).status(), StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(ClosingTest, AFileThatIsNotCompleteIsNotArchived) {
  // A major dispute with an agreement needs a follow-up visit.
  const std::string name = Performed().name();
  Execute("UPDATE disputes SET difficulty = 'MAJOR'");
  const absl::Status refused = Archive(name).status();
  ExpectError(refused, StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_TRUE(absl::StrContains(std::string(refused.message()), "follow-up")) << refused;
  EXPECT_TRUE(absl::StrContains(std::string(refused.message()), "mediation record")) << refused;
  Must(&RecordFollowUp, HeadCall(), Visit(name, 5));
  MakeDocument(name, v1::DOCUMENT_KIND_MEDIATION_RECORD, 1);
  EXPECT_TRUE(Archive(name).ok());
}

TEST_F(ClosingTest, WhatWasWithdrawnIsArchivedAsItIs) {
  const std::string name = Major().name();
  Must(&WithdrawDispute, HeadCall(), Withdrawal(name));
  const auto archived = Archive(name);
  ASSERT_TRUE(archived.ok()) << archived.status();
  EXPECT_EQ(archived->difficulty(), v1::DIFFICULTY_MAJOR);
}

}  // namespace
}  // namespace maplebridge::registry
