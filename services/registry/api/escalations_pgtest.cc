#include <absl/strings/str_cat.h>

#include "services/registry/api/closing.h"
#include "services/registry/api/course.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/escalations.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class EscalationTest : public RegistryTest {
 protected:
  Call BureauCall(Role role, const std::string& division) {
    Caller bureau;
    bureau.principal = "callers/bureau-" + division;
    bureau.roles = {role};
    bureau.division = division;
    return CallBy(bureau);
  }
  Call CountyCall() { return BureauCall(options::v1::ROLE_COUNTY_BUREAU, "330102"); }
  Call CityCall() { return BureauCall(options::v1::ROLE_CITY_BUREAU, "3301"); }
  static v1::ReportEscalationRequest Report(const std::string& dispute) {
    v1::ReportEscalationRequest request;
    request.set_parent(dispute);
    v1::Escalation* escalation = request.mutable_escalation();
    escalation->set_kind(v1::ESCALATION_KIND_VIOLENCE);
    escalation->set_description("一方扬言报复，情绪激动");
    escalation->set_measures("分开安抚，通知家属到场");
    escalation->set_told_authority("清波派出所");
    SetTime(escalation->mutable_told_time(), absl::Now() - absl::Minutes(5));
    return request;
  }
  v1::Escalation Reported(const std::string& dispute) {
    return Must(&ReportEscalation, HeadCall(), Report(dispute));
  }
  v1::AcknowledgeEscalationRequest Acknowledgement(const v1::Escalation& escalation) {
    v1::AcknowledgeEscalationRequest request;
    request.set_name(escalation.name());
    request.set_response("已派员到场，会同派出所处置");
    return request;
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
  v1::ListEscalationsResponse List(Call call, const std::string& parent = "disputes/-") {
    v1::ListEscalationsRequest request;
    request.set_parent(parent);
    return Must(&ListEscalationPage, std::move(call), request);
  }
};

TEST_F(EscalationTest, TheBureauAcknowledgesIn2Hours) {
  const v1::Dispute mediating = Mediating();
  const v1::Escalation reported = Reported(mediating.name());
  EXPECT_EQ(reported.state(), v1::ESCALATION_STATE_REPORTED);
  EXPECT_EQ(reported.level(), v1::ESCALATION_LEVEL_COUNTY);
  EXPECT_EQ(reported.due_time().seconds() - reported.create_time().seconds(), 2 * 3600);
  const v1::Dispute flagged = Get(mediating.name());
  EXPECT_EQ(flagged.escalation_count(), 1);
  EXPECT_EQ(flagged.state(), v1::DISPUTE_STATE_MEDIATING);
  EXPECT_EQ(flagged.deadline().due_day(), mediating.deadline().due_day());

  const v1::Escalation taken =
      Must(&AcknowledgeEscalation, CountyCall(), Acknowledgement(reported));
  EXPECT_EQ(taken.state(), v1::ESCALATION_STATE_ACKNOWLEDGED);
  EXPECT_TRUE(taken.has_acknowledge_time());
  EXPECT_FALSE(taken.has_due_time());
  EXPECT_EQ(Expire(absl::Now() + absl::Hours(3)), 0);
  EXPECT_EQ(Value("SELECT string_agg(type || ' ' || revision, ', ' ORDER BY position) FROM events "
                  "WHERE resource LIKE '%/escalations/%'"),
            "ReportEscalation 1, AcknowledgeEscalation 2");
  ExpectError(Ask(&AcknowledgeEscalation, CountyCall(), Acknowledgement(reported)).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(EscalationTest, AReportThatNobodyAcknowledgesClimbsEvery2HoursUpToTheMinistry) {
  const v1::Escalation reported = Reported(Mediating().name());
  absl::Time now = absl::FromUnixSeconds(reported.due_time().seconds()) + absl::Seconds(1);
  for (v1::EscalationLevel level : {v1::ESCALATION_LEVEL_CITY, v1::ESCALATION_LEVEL_PROVINCE,
                                    v1::ESCALATION_LEVEL_MINISTRY, v1::ESCALATION_LEVEL_MINISTRY}) {
    EXPECT_EQ(Expire(now - absl::Minutes(1)), 0);
    EXPECT_EQ(Expire(now), 1);
    EXPECT_EQ(List(CityCall()).escalations(0).level(), level);
    now += absl::Hours(2);
  }
  EXPECT_EQ(List(CityCall()).escalations(0).missed_count(), 4);
  EXPECT_EQ(Value("SELECT type || ' ' || division FROM events ORDER BY position DESC LIMIT 1"),
            "EscalationClimbed 330102001000");
  // Whoever of the place answers first ends it.
  EXPECT_EQ(Must(&AcknowledgeEscalation, CountyCall(), Acknowledgement(reported)).level(),
            v1::ESCALATION_LEVEL_MINISTRY);
  EXPECT_EQ(Expire(now + absl::Hours(4)), 0);
}

TEST_F(EscalationTest, OnlyThePlaceOfTheDisputeMayLookAndAcknowledge) {
  const v1::Escalation reported = Reported(Mediating().name());
  Call elsewhere = BureauCall(options::v1::ROLE_COUNTY_BUREAU, "330105");
  ExpectError(Ask(&AcknowledgeEscalation, std::move(elsewhere), Acknowledgement(reported)).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(List(BureauCall(options::v1::ROLE_COUNTY_BUREAU, "330105")).escalations_size(), 0);
  EXPECT_EQ(List(StrangerCall()).escalations_size(), 0);
  EXPECT_EQ(List(HeadCall()).escalations_size(), 1);
  EXPECT_EQ(List(CountyCall()).escalations_size(), 1);
}

TEST_F(EscalationTest, WhoIsOfTheOrganisationToDoesNotAcknowledgeForTheBureau) {
  const v1::Escalation reported = Reported(Mediating().name());
  Caller both;
  both.principal = "callers/two-hats";
  both.roles = {options::v1::ROLE_MEDIATOR, options::v1::ROLE_COUNTY_BUREAU};
  both.organisation = kOrganisation;
  both.division = "330105";
  ExpectError(Ask(&AcknowledgeEscalation, CallBy(both), Acknowledgement(reported)).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(EscalationTest, AReportSaysWhatWasSeenWhatWasDoneAndWhoWasTold) {
  const std::string name = Mediating().name();
  const std::string before = RowCounts();
  for (const char* field : {"description", "measures", "told_authority", "told_time"}) {
    v1::ReportEscalationRequest request = Report(name);
    v1::Escalation* escalation = request.mutable_escalation();
    if (std::string_view(field) == "told_time") {
      SetTime(escalation->mutable_told_time(), absl::Now() + absl::Hours(1));
    } else {
      escalation->GetReflection()->ClearField(escalation,
                                              escalation->GetDescriptor()->FindFieldByName(field));
    }
    ExpectError(Ask(&ReportEscalation, HeadCall(), request).status(), StatusCode::kInvalidArgument,
                reason::kFieldInvalid, absl::StrCat("escalation.", field));
  }
  EXPECT_EQ(RowCounts(), before);
  ExpectError(Ask(&ReportEscalation, HeadCall(), Report(Accepted(2).name())).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

TEST_F(EscalationTest, ItClimbsOnAfterTheDisputeHasEndedAndKeepsTheFileOpen) {
  const std::string name = Mediating().name();
  const v1::Escalation reported = Reported(name);
  v1::WithdrawDisputeRequest withdraw;
  withdraw.set_name(name);
  withdraw.add_party_ids("p1");
  withdraw.set_evidence("撤回申请书");
  Must(&WithdrawDispute, HeadCall(), withdraw);
  EXPECT_EQ(Expire(absl::Now() + absl::Hours(2) + absl::Minutes(1)), 1);
  v1::ArchiveDisputeRequest archive;
  archive.set_name(name);
  archive.set_retention(v1::RETENTION_SHORT_TERM);
  ExpectError(Ask(&ArchiveDispute, HeadCall(), archive).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  Must(&AcknowledgeEscalation, CityCall(), Acknowledgement(reported));
  EXPECT_EQ(Must(&ArchiveDispute, HeadCall(), archive).state(), v1::DISPUTE_STATE_ARCHIVED);
}

TEST_F(EscalationTest, EventsHoldNothingOfWhatWasSeen) {
  Reported(Mediating().name());
  EXPECT_EQ(Value("SELECT count(*)::text FROM events WHERE position(convert_to('报复', 'UTF8') IN "
                  "payload) > 0"),
            "0");
}

TEST_F(EscalationTest, PagesGoOnByTheEndOfTheClock) {
  const std::string name = Mediating().name();
  std::vector<std::string> reported;
  for (int i = 0; i < 3; ++i) reported.push_back(Reported(name).name());
  v1::ListEscalationsRequest request;
  request.set_parent(name);
  request.set_page_size(2);
  v1::ListEscalationsResponse page = Must(&ListEscalationPage, HeadCall(), request);
  ASSERT_EQ(page.escalations_size(), 2);
  EXPECT_EQ(page.escalations(0).name(), reported[0]);
  request.set_page_token(page.next_page_token());
  page = Must(&ListEscalationPage, HeadCall(), request);
  ASSERT_EQ(page.escalations_size(), 1);
  EXPECT_EQ(page.escalations(0).name(), reported[2]);
}

}  // namespace
}  // namespace maplebridge::registry
