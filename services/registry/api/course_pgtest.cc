#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/agreements.h"
#include "services/registry/api/closing.h"
#include "services/registry/api/course.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/performance.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr char kSecond[] = "organisations/qingbo/mediators/chen";

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class CourseTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    roster::v1::Mediator& mediator = roster().mediators[kSecond];
    mediator.set_name(kSecond);
    mediator.set_display_name("陈调解");
    mediator.set_state(roster::v1::MEDIATOR_STATE_ACTIVE);
  }
  absl::StatusOr<v1::Dispute> AssignThese(const std::string& name,
                                          const std::vector<std::string>& mediators) {
    v1::AssignMediatorsRequest request;
    request.set_name(name);
    for (const std::string& mediator : mediators) request.add_mediators(mediator);
    return Ask(&AssignMediators, HeadCall(), request);
  }
  static v1::InviteHelperRequest Invitation(const std::string& name) {
    v1::InviteHelperRequest request;
    request.set_parent(name);
    request.mutable_helper()->set_kind(v1::HELPER_KIND_RELATIVE);
    request.mutable_helper()->set_display_name("李大伯");
    request.mutable_helper()->set_explanation("双方的长辈，协助劝说");
    request.mutable_helper()->add_party_ids("p1");
    request.mutable_helper()->add_party_ids("p2");
    return request;
  }
  static v1::RecordRecusalRequest Objection(const std::string& name, bool upheld) {
    v1::RecordRecusalRequest request;
    request.set_parent(name);
    request.mutable_recusal()->set_party_id("p2");
    request.mutable_recusal()->set_mediator(kMediator);
    request.mutable_recusal()->set_reason(v1::RECUSAL_REASON_RELATIVE);
    request.mutable_recusal()->set_upheld(upheld);
    request.mutable_recusal()->set_explanation("经查属实，与对方系亲属");
    return request;
  }
  static v1::SuspendDisputeRequest Suspension(const std::string& name, absl::CivilDay last_day) {
    v1::SuspendDisputeRequest request;
    request.set_name(name);
    request.set_reason(v1::SUSPENSION_REASON_APPRAISAL);
    request.set_last_day(DayWord(last_day));
    request.set_evidence("鉴定委托书");
    return request;
  }
  v1::Dispute Resume(const std::string& name) {
    v1::ResumeDisputeRequest request;
    request.set_name(name);
    return Must(&ResumeDispute, HeadCall(), request);
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
};

TEST_F(CourseTest, AHelperIsInvitedWithTheConsentOfAll) {
  const std::string name = Mediating().name();
  v1::InviteHelperRequest request = Invitation(name);
  request.mutable_helper()->mutable_party_ids()->RemoveLast();
  ExpectError(Ask(&InviteHelper, HeadCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kConsentMissing);
  const v1::Helper invited = Must(&InviteHelper, HeadCall(), Invitation(name));
  EXPECT_EQ(invited.name(), name + "/helpers/1");
  EXPECT_EQ(Get(name).helper_count(), 1);
  v1::ListHelpersRequest list;
  list.set_parent(name);
  const v1::ListHelpersResponse helpers = Must(&ListHelperPage, HeadCall(), list);
  ASSERT_EQ(helpers.helpers_size(), 1);
  EXPECT_EQ(helpers.helpers(0).display_name(), "李大伯");
  EXPECT_EQ(helpers.helpers(0).party_ids_size(), 2);
  ExpectError(Ask(&InviteHelper, HeadCall(), Invitation(Accepted(2).name())).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(CourseTest, AMediatorLeavesByAnUpheldObjectionAndDoesNotComeBack) {
  const std::string name = Mediating().name();
  // Nobody would be left.
  ExpectError(Ask(&RecordRecusal, HeadCall(), Objection(name, true)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  ASSERT_TRUE(AssignThese(name, {kMediator, kSecond}).ok());
  const v1::Recusal recusal = Must(&RecordRecusal, HeadCall(), Objection(name, true));
  EXPECT_EQ(recusal.name(), name + "/recusals/1");
  const v1::Dispute after = Get(name);
  ASSERT_EQ(after.mediators_size(), 1);
  EXPECT_EQ(after.mediators(0), kSecond);
  EXPECT_EQ(Value("SELECT array_to_string(mediator_names, ',') FROM disputes"), "陈调解");
  ExpectError(AssignThese(name, {kMediator, kSecond}).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  EXPECT_TRUE(AssignThese(name, {kSecond}).ok());
}

TEST_F(CourseTest, APartyObjectsOnceToAPerson) {
  const std::string name = Mediating().name();
  Must(&RecordRecusal, HeadCall(), Objection(name, false));
  EXPECT_EQ(Get(name).mediators_size(), 1);
  const std::string before = RowCounts();
  ExpectError(Ask(&RecordRecusal, HeadCall(), Objection(name, false)).status(),
              StatusCode::kAlreadyExists, reason::kResourceExists);
  v1::RecordRecusalRequest request = Objection(name, false);
  request.mutable_recusal()->set_mediator(kSecond);
  ExpectError(Ask(&RecordRecusal, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "recusal.mediator");
  request = Objection(name, false);
  request.mutable_recusal()->set_party_id("p9");
  ExpectError(Ask(&RecordRecusal, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "recusal.party_id");
  EXPECT_EQ(RowCounts(), before);
  // The other party may still object to the same person.
  request = Objection(name, false);
  request.mutable_recusal()->set_party_id("p1");
  Must(&RecordRecusal, HeadCall(), request);
  v1::ListRecusalsRequest list;
  list.set_parent(name);
  EXPECT_EQ(Must(&ListRecusalPage, HeadCall(), list).recusals_size(), 2);
}

TEST_F(CourseTest, TheLimitStandsStillWhileSuspended) {
  const v1::Dispute mediating = Mediating();
  const std::string name = mediating.name();
  const v1::Dispute suspended = Must(&SuspendDispute, HeadCall(), Suspension(name, Today() + 20));
  EXPECT_EQ(suspended.state(), v1::DISPUTE_STATE_SUSPENDED);
  EXPECT_EQ(suspended.clock(), "suspension");
  EXPECT_EQ(suspended.deadline().due_day(), DayWord(Today() + 20));
  // Nothing of the 30 days was used on the day of acceptance.
  EXPECT_EQ(Value("SELECT limit_rule || ' ' || limit_length || ' ' || (limit_from IS NULL) FROM "
                  "disputes"),
            "DAYS 30 true");
  EXPECT_EQ(Value("SELECT reason || ' ' || principal FROM suspensions"), "APPRAISAL callers/head");
  v1::RecordSessionRequest session;
  session.set_parent(name);
  SetTime(session.mutable_session()->mutable_start_time(), absl::Now() - absl::Hours(2));
  SetTime(session.mutable_session()->mutable_end_time(), absl::Now() - absl::Hours(1));
  ExpectError(Ask(&RecordSession, HeadCall(), session).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
  const v1::Dispute resumed = Resume(name);
  EXPECT_EQ(resumed.state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(resumed.clock(), "mediation");
  EXPECT_EQ(resumed.deadline().due_day(), mediating.deadline().due_day());
  EXPECT_FALSE(resumed.overdue());
}

TEST_F(CourseTest, ASuspensionEndsWithItsLastDayAndWhatIsLeftRunsOn) {
  const std::string name = Mediating().name();
  // As if 10 of the 30 days had been used before today.
  Execute("UPDATE disputes SET limit_from = limit_from - interval '11 days'");
  Must(&SuspendDispute, HeadCall(), Suspension(name, Today() + 20));
  EXPECT_EQ(Value("SELECT limit_length::text FROM disputes"), "20");
  const absl::Time end = calendar::StartOfChinaDay(Today() + 21);
  EXPECT_EQ(Expire(end - absl::Seconds(1)), 0);
  EXPECT_EQ(Expire(end), 1);
  const v1::Dispute resumed = Get(name);
  EXPECT_EQ(resumed.state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_FALSE(resumed.overdue());
  // The day of the resumption is not counted; the end may roll over a holiday.
  EXPECT_GE(resumed.deadline().due_day(), DayWord(Today() + 21 + 20));
  EXPECT_LE(resumed.deadline().due_day(), DayWord(Today() + 21 + 20 + 10));
}

TEST_F(CourseTest, WhatHasRunOutCannotStandStill) {
  const std::string name = Mediating().name();
  EXPECT_EQ(Expire(absl::Now() + absl::Hours(24 * 60)), 1);
  ExpectError(Ask(&SuspendDispute, HeadCall(), Suspension(name, Today() + 20)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
}

TEST_F(CourseTest, ASuspensionHasALastDayWithin180Days) {
  const std::string name = Mediating().name();
  for (int days : {0, 181}) {
    ExpectError(Ask(&SuspendDispute, HeadCall(), Suspension(name, Today() + days)).status(),
                StatusCode::kInvalidArgument, reason::kFieldInvalid, "last_day");
  }
  Must(&SuspendDispute, HeadCall(), Suspension(name, Today() + 180));
}

TEST_F(CourseTest, AnExtensionOfAResumedLimitCountsAnew) {
  const std::string name = Mediating().name();
  Must(&SuspendDispute, HeadCall(), Suspension(name, Today() + 20));
  Resume(name);
  v1::ExtendDisputeRequest extend;
  extend.set_name(name);
  extend.set_last_day(DayWord(Today() + 90));
  extend.add_party_ids("p1");
  extend.add_party_ids("p2");
  extend.set_evidence("同意延期书");
  Must(&ExtendDispute, HeadCall(), extend);
  EXPECT_EQ(Value("SELECT limit_rule || ' ' || limit_length FROM disputes"), "DAYS 90");
}

class AmendmentTest : public CourseTest {
 protected:
  v1::Dispute Agreed() {
    const std::string name = Mediating().name();
    HoldSession(name);
    v1::ConcludeByAgreementRequest request;
    request.set_name(name);
    request.set_agreement(SignByAll(Agree(name, Today() + 5).name()).name());
    return Must(&ConcludeByAgreement, HeadCall(), request);
  }
  absl::StatusOr<v1::Dispute> Amend(const std::string& name, const std::string& agreement) {
    v1::AmendAgreementRequest request;
    request.set_name(name);
    request.set_agreement(agreement);
    return Ask(&AmendAgreement, HeadCall(), request);
  }
};

TEST_F(AmendmentTest, ANewAgreementTakesThePlaceOfThePresentOne) {
  const v1::Dispute agreed = Agreed();
  v1::RecordPerformanceRequest performance;
  performance.set_name(agreed.name());
  performance.set_obligation_id("o1");
  performance.set_evidence("银行转账凭证");
  Must(&RecordPerformance, HeadCall(), performance);
  const v1::Agreement second = Agree(agreed.name(), Today() + 40);
  ExpectError(Amend(agreed.name(), second.name()).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  SignByAll(second.name());
  auto amended = Amend(agreed.name(), second.name());
  ASSERT_TRUE(amended.ok()) << amended.status();
  EXPECT_EQ(amended->state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_EQ(amended->conclusion().agreement(), second.name());
  EXPECT_EQ(amended->performed_count(), 0);
  EXPECT_EQ(amended->deadline().due_day(), DayWord(Today() + 40));
  EXPECT_EQ(amended->conclusion().document().number(),
            Value("SELECT number FROM agreements WHERE ordinal = 2"));
  EXPECT_EQ(Value("SELECT string_agg(ordinal || ' ' || state || ' ' || (effective_day IS NOT "
                  "NULL), ', ' ORDER BY ordinal) FROM agreements"),
            "1 REPLACED true, 2 IN_EFFECT true");
  // It is followed from now on.
  performance.set_obligation_id("o1");
  EXPECT_EQ(Must(&RecordPerformance, HeadCall(), performance).performed_count(), 1);
}

TEST_F(AmendmentTest, ThePresentAgreementIsNoAmendmentOfItself) {
  const v1::Dispute agreed = Agreed();
  ExpectError(Amend(agreed.name(), agreed.conclusion().agreement()).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "agreement");
}

}  // namespace
}  // namespace maplebridge::registry
