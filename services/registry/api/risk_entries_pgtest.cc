#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/risk_entries.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class RiskTest : public RegistryTest {
 protected:
  // The committee's head, at home in its township.
  Call KeeperCall() {
    Caller head;
    head.principal = "callers/keeper";
    head.roles = {options::v1::ROLE_ORGANISATION_HEAD};
    head.organisation = kOrganisation;
    head.division = "330102001";
    return CallBy(head);
  }
  Call BureauCall(const std::string& division) {
    Caller bureau;
    bureau.principal = "callers/bureau-" + division;
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
  static v1::CreateRiskEntryRequest Draft() {
    v1::CreateRiskEntryRequest request;
    v1::RiskEntry* entry = request.mutable_risk_entry();
    entry->set_division("330102001");
    entry->set_category("LABOUR");
    entry->set_severity(v1::RISK_SEVERITY_HIGH);
    entry->set_description("工地拖欠农民工工资，工人扬言讨薪");
    entry->set_place_kind("建筑工地");
    entry->add_people("张三");
    return request;
  }
  v1::RiskEntry Found() { return Must(&CreateRiskEntry, KeeperCall(), Draft()); }
  template <typename Request>
  static Request To(const v1::RiskEntry& entry) {
    Request request;
    request.set_name(entry.name());
    return request;
  }
  v1::RiskEntry Reported() {
    return Must(&ReportRisk, KeeperCall(), To<v1::ReportRiskRequest>(Found()));
  }
  v1::RiskEntry WithMeasure(const v1::RiskEntry& entry) {
    auto request = To<v1::AddMeasureRequest>(entry);
    request.mutable_measure()->set_content("约谈总包单位，落实工资专户");
    request.mutable_measure()->set_owner("司法所、劳动监察");
    request.mutable_measure()->set_due_day(DayWord(Today() + 3));
    return Must(&AddMeasure, KeeperCall(), request);
  }
  v1::RiskEntry Done(const v1::RiskEntry& entry, int ordinal) {
    auto request = To<v1::CompleteMeasureRequest>(entry);
    request.set_ordinal(ordinal);
    return Must(&RecordMeasure, KeeperCall(), request);
  }
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
};

TEST_F(RiskTest, FromFoundToResolvedEachStepWithItsClock) {
  const v1::RiskEntry found = Found();
  EXPECT_EQ(found.state(), v1::RISK_STATE_FOUND);
  EXPECT_EQ(found.clock(), "report");
  EXPECT_EQ(found.organisation(), kOrganisation);
  const v1::RiskEntry reported = Must(&ReportRisk, KeeperCall(), To<v1::ReportRiskRequest>(found));
  EXPECT_EQ(reported.clock(), "control");
  ExpectError(Ask(&ControlRisk, KeeperCall(), To<v1::ControlRiskRequest>(found)).status(),
              StatusCode::kFailedPrecondition, reason::kGuardFailed);
  WithMeasure(found);
  WithMeasure(found);
  Done(found, 1);
  const v1::RiskEntry controlled =
      Must(&ControlRisk, KeeperCall(), To<v1::ControlRiskRequest>(found));
  EXPECT_EQ(controlled.state(), v1::RISK_STATE_CONTROLLED);
  EXPECT_EQ(controlled.clock(), "resolve");
  auto resolve = To<v1::ResolveRiskRequest>(found);
  resolve.set_outcome("工资已全额发放");
  ExpectError(Ask(&ResolveRisk, KeeperCall(), resolve).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  Done(found, 2);
  const v1::RiskEntry resolved = Must(&ResolveRisk, KeeperCall(), resolve);
  EXPECT_EQ(resolved.state(), v1::RISK_STATE_RESOLVED);
  EXPECT_EQ(resolved.clock(), "");
  EXPECT_TRUE(resolved.has_end_time());
  EXPECT_EQ(resolved.measures_size(), 2);
  EXPECT_EQ(Value("SELECT string_agg(kind || ' ' || state, ', ' ORDER BY kind) FROM deadlines"),
            "control MET, report MET, resolve MET");
  EXPECT_EQ(Value("SELECT count(*)::text FROM events WHERE position(convert_to('讨薪', 'UTF8') IN "
                  "payload) > 0 OR position(convert_to('张三', 'UTF8') IN payload) > 0"),
            "0");
}

TEST_F(RiskTest, AMeasureIsCarriedOutOnce) {
  const v1::RiskEntry entry = WithMeasure(Reported());
  Done(entry, 1);
  auto request = To<v1::CompleteMeasureRequest>(entry);
  request.set_ordinal(1);
  ExpectError(Ask(&RecordMeasure, KeeperCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  request.set_ordinal(2);
  ExpectError(Ask(&RecordMeasure, KeeperCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "ordinal");
}

TEST_F(RiskTest, AClockThatRunsOutMarksItOverdueAndReminds) {
  const v1::RiskEntry found = Found();
  const absl::Time due = absl::FromUnixSeconds(found.deadline().due_time().seconds());
  EXPECT_EQ(Expire(due - absl::Seconds(1)), 0);
  EXPECT_EQ(Expire(due), 1);
  v1::ListRiskEntriesRequest list;
  list.set_overdue_only(true);
  const v1::ListRiskEntriesResponse overdue = Must(&ListRiskEntryPage, KeeperCall(), list);
  ASSERT_EQ(overdue.risk_entries_size(), 1);
  EXPECT_EQ(overdue.risk_entries(0).state(), v1::RISK_STATE_FOUND);
  EXPECT_GT(overdue.risk_entries(0).deadline().due_day(), found.deadline().due_day());
  EXPECT_FALSE(Must(&ReportRisk, KeeperCall(), To<v1::ReportRiskRequest>(found)).overdue());
}

TEST_F(RiskTest, AMeasureMovesNoClock) {
  const v1::RiskEntry reported = Reported();
  EXPECT_EQ(Expire(absl::FromUnixSeconds(reported.deadline().due_time().seconds())), 1);
  const v1::RiskEntry measured = WithMeasure(reported);
  EXPECT_TRUE(measured.overdue());
  EXPECT_EQ(measured.clock(), "control");
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'control'"), "RUNNING");
}

TEST_F(RiskTest, ARiskThatBreaksOutBecomesADispute) {
  const v1::RiskEntry entry = Reported();
  auto request = To<v1::EscalateRiskRequest>(entry);
  *request.mutable_dispute() = RegistryTest::Draft();
  request.mutable_dispute()->set_category("LABOUR");
  request.set_request_id(NewRequestId());
  const v1::RiskEntry escalated = Must(&EscalateRisk, KeeperCall(), request);
  EXPECT_EQ(escalated.state(), v1::RISK_STATE_ESCALATED);
  const v1::Dispute dispute = Get(escalated.dispute());
  EXPECT_EQ(dispute.source(), v1::DISPUTE_SOURCE_INVESTIGATION);
  EXPECT_EQ(dispute.state(), v1::DISPUTE_STATE_REPORTED);
  EXPECT_EQ(dispute.clock(), "accept");
  EXPECT_EQ(Must(&EscalateRisk, KeeperCall(), request).dispute(), escalated.dispute());
  EXPECT_EQ(Value("SELECT count(*)::text FROM disputes"), "1");
  request.set_request_id(NewRequestId());
  ExpectError(Ask(&EscalateRisk, KeeperCall(), request).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(RiskTest, NeitherIsStoredWhenTheDisputeIsWrong) {
  auto request = To<v1::EscalateRiskRequest>(Found());
  *request.mutable_dispute() = RegistryTest::Draft();
  request.mutable_dispute()->mutable_parties()->RemoveLast();
  const std::string before = RowCounts();
  const absl::Status status = Ask(&EscalateRisk, KeeperCall(), request).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldsOf(status).front(), "dispute.parties");
  EXPECT_EQ(RowCounts(), before);
  EXPECT_EQ(Value("SELECT state FROM risk_entries"), "FOUND");
}

TEST_F(RiskTest, AnOrganisationKeepsItsOwnAndABureauAllOfItsPlace) {
  const v1::RiskEntry entry = Found();
  v1::GetRiskEntryRequest get;
  get.set_name(entry.name());
  ExpectError(Ask(&GetRiskEntry, StrangerCall(), get).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  ExpectError(Ask(&GetRiskEntry, BureauCall("330105"), get).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
  EXPECT_EQ(Must(&GetRiskEntry, BureauCall("330102"), get).name(), entry.name());
  EXPECT_EQ(Must(&ReportRisk, BureauCall("330102"), To<v1::ReportRiskRequest>(entry)).state(),
            v1::RISK_STATE_REPORTED);
  v1::CreateRiskEntryRequest elsewhere = Draft();
  elsewhere.mutable_risk_entry()->set_division("330105");
  ExpectError(Ask(&CreateRiskEntry, KeeperCall(), elsewhere).status(),
              StatusCode::kPermissionDenied, reason::kScopeNotAllowed);
}

TEST_F(RiskTest, AnEntryOfACampaignIsTakenWhileItIsOpenAndARepeatAlsoAfterwards) {
  v1::CreateCampaignRequest open;
  v1::Campaign* draft = open.mutable_campaign();
  draft->set_title("排查");
  draft->set_kind(v1::INVESTIGATION_KIND_GENERAL);
  draft->set_mode(v1::INVESTIGATION_MODE_DAILY);
  draft->add_divisions("330102001");
  draft->add_forces(v1::FORCE_COMMITTEES);
  draft->set_start_day(DayWord(Today()));
  draft->set_end_day(DayWord(Today() + 9));
  const v1::Campaign campaign = Must(&CreateCampaign, BureauCall("330102"), open);
  v1::CreateRiskEntryRequest request = Draft();
  request.mutable_risk_entry()->set_campaign(campaign.name());
  request.set_request_id(NewRequestId());
  const v1::RiskEntry entry = Must(&CreateRiskEntry, KeeperCall(), request);
  v1::CreateRiskEntryRequest outside = Draft();
  outside.mutable_risk_entry()->set_campaign(campaign.name());
  outside.mutable_risk_entry()->set_division("330102003");
  ExpectError(Ask(&CreateRiskEntry, KeeperCall(), outside).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "risk_entry.division");
  v1::CloseCampaignRequest close;
  close.set_name(campaign.name());
  close.set_conclusion("总结");
  EXPECT_EQ(Must(&CloseCampaign, BureauCall("330102"), close).risk_count(), 1);
  EXPECT_EQ(Must(&CreateRiskEntry, KeeperCall(), request).name(), entry.name());
  request.set_request_id(NewRequestId());
  ExpectError(Ask(&CreateRiskEntry, KeeperCall(), request).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
}

class Bytes : public StreamWriter {
 public:
  Task<bool> Write(const google::protobuf::Message& message) override {
    text += static_cast<const v1::ExportRiskLedgerResponse&>(message).chunk();
    co_return true;
  }
  bool cancelled() const override { return false; }
  std::string text;
};

TEST_F(RiskTest, TheLedgerIsATableThatSpreadsheetsRead) {
  Found();
  WithMeasure(Reported());
  Bytes bytes;
  v1::ExportRiskLedgerRequest request;
  Call call = KeeperCall();
  auto exported = Run(ExportRiskLedger(*registry_, call, request, bytes));
  ASSERT_TRUE(exported.ok()) << exported;
  EXPECT_TRUE(absl::StartsWith(bytes.text, "\xEF\xBB\xBF"));
  EXPECT_EQ(std::count(bytes.text.begin(), bytes.text.end(), '\n'), 3);
  EXPECT_TRUE(absl::StrContains(bytes.text, "\"已上报\",\"浙江省杭州市上城区"));
  EXPECT_TRUE(absl::StrContains(bytes.text, "约谈总包单位"));
  Bytes none;
  Call stranger = StrangerCall();
  ASSERT_TRUE(Run(ExportRiskLedger(*registry_, stranger, request, none)).ok());
  EXPECT_EQ(std::count(none.text.begin(), none.text.end(), '\n'), 1);
}

}  // namespace
}  // namespace maplebridge::registry
