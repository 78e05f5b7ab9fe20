#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "services/registry/api/escalations.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/reminder_list.h"
#include "services/registry/api/risk_entries.h"
#include "services/registry/api/transfers.h"
#include "services/registry/testing/agreed_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

constexpr char kReceiver[] = "organisations/hubin";

class ReminderListTest : public AgreedTest {
 protected:
  void SetUp() override {
    AgreedTest::SetUp();
    roster::v1::Organisation& receiver = roster().organisations[kReceiver];
    receiver.set_name(kReceiver);
    receiver.set_display_name("上城区湖滨街道人民调解委员会");
    receiver.set_kind(roster::v1::ORGANISATION_KIND_TOWNSHIP);
    receiver.set_division("330102001000");
    receiver.set_state(roster::v1::ORGANISATION_STATE_PUBLISHED);
  }
  Call BureauCall(const std::string& division = "330102") {
    Caller bureau;
    bureau.principal = "callers/bureau-" + division;
    bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
    bureau.division = division;
    return CallBy(bureau);
  }
  Call ReceiverCall() {
    Caller receiver;
    receiver.principal = "callers/receiver";
    receiver.roles = {options::v1::ROLE_ORGANISATION_HEAD};
    receiver.organisation = kReceiver;
    return CallBy(receiver);
  }
  v1::RiskEntry Risk() {
    Caller keeper = HeadCall().caller();
    keeper.division = "330102001";
    v1::CreateRiskEntryRequest request;
    v1::RiskEntry* entry = request.mutable_risk_entry();
    entry->set_division("330102001");
    entry->set_category("LABOUR");
    entry->set_severity(v1::RISK_SEVERITY_HIGH);
    entry->set_description("工地拖欠农民工工资，工人扬言讨薪");
    const v1::RiskEntry created = Must(&CreateRiskEntry, CallBy(keeper), request);
    v1::AddMeasureRequest measure;
    measure.set_name(created.name());
    measure.mutable_measure()->set_content("约谈总包单位，落实工资专户");
    measure.mutable_measure()->set_owner("司法所");
    measure.mutable_measure()->set_due_day(DayWord(ChinaToday() + 20));
    return Must(&AddMeasure, CallBy(keeper), measure);
  }
  void Escalate(const std::string& dispute) {
    v1::ReportEscalationRequest request;
    request.set_parent(dispute);
    v1::Escalation* escalation = request.mutable_escalation();
    escalation->set_kind(v1::ESCALATION_KIND_VIOLENCE);
    escalation->set_description("一方扬言报复，情绪激动");
    escalation->set_measures("分开安抚，通知家属到场");
    escalation->set_told_authority("清波派出所");
    SetTime(escalation->mutable_told_time(), absl::Now() - absl::Minutes(5));
    Must(&ReportEscalation, HeadCall(), request);
  }
  void Offer(const std::string& dispute) {
    v1::OfferTransferRequest request;
    request.set_parent(dispute);
    request.mutable_transfer()->set_to_organisation(kReceiver);
    request.mutable_transfer()->set_explanation("当事人均居住于湖滨街道");
    Must(&OfferTransfer, HeadCall(), request);
  }
  static v1::ListRemindersRequest DueIn(int days) {
    v1::ListRemindersRequest request;
    request.set_due_by_day(DayWord(ChinaToday() + days));
    return request;
  }
  v1::ListRemindersResponse List(const v1::ListRemindersRequest& request, Call call) {
    return Must(&ListReminderPage, std::move(call), request);
  }
  // "kind resource must_act" of each.
  static std::vector<std::string> Lines(const v1::ListRemindersResponse& response) {
    std::vector<std::string> lines;
    for (const v1::Reminder& reminder : response.reminders()) {
      lines.push_back(absl::StrCat(WordOf("REMINDER_KIND_", reminder.kind()), " ",
                                   reminder.resource(), " ", reminder.must_act()));
    }
    return lines;
  }
};

TEST_F(ReminderListTest, OneListHoldsEverythingWithAClockTheEarliestFirst) {
  const std::string agreed = Agreed(Full()).name();
  const std::string offered = Mediating(2).name();
  Offer(offered);
  Escalate(offered);
  const std::string risk = Risk().name();
  const v1::ListRemindersResponse all = List(DueIn(60), BureauCall());
  std::vector<std::string> lines = Lines(all);
  for (int i = 1; i < all.reminders_size(); ++i) {
    EXPECT_LE(all.reminders(i - 1).deadline().due_time().seconds(),
              all.reminders(i).deadline().due_time().seconds());
  }
  std::sort(lines.begin(), lines.end());
  std::vector<std::string> expected = {
      absl::StrCat("DISPUTE ", offered, " mediator"),
      absl::StrCat("ESCALATION ", offered, "/escalations/1 bureau"),
      absl::StrCat("MEASURE ", risk, "/measures/1 organisation"),
      absl::StrCat("OBLIGATION ", agreed, "/agreements/1/obligations/o1/instalments/1 mediator"),
      absl::StrCat("OBLIGATION ", agreed, "/agreements/1/obligations/o1/instalments/2 mediator"),
      absl::StrCat("OBLIGATION ", agreed, "/agreements/1/obligations/o1/instalments/3 mediator"),
      absl::StrCat("OBLIGATION ", agreed, "/agreements/1/obligations/o2 mediator"),
      absl::StrCat("RISK_ENTRY ", risk, " organisation"),
      absl::StrCat("TRANSFER ", offered, "/transfers/1 organisation")};
  EXPECT_EQ(lines, expected) << absl::StrJoin(lines, "\n");
  for (const v1::Reminder& reminder : all.reminders()) EXPECT_FALSE(reminder.action().empty());
}

TEST_F(ReminderListTest, AnObligationIsDueOnItsDayAndNotOnTheDayBefore) {
  Agreed(Full());
  v1::ListRemindersRequest request = DueIn(4);
  EXPECT_EQ(List(request, HeadCall()).reminders_size(), 0);
  request = DueIn(5);
  const v1::ListRemindersResponse due = List(request, HeadCall());
  ASSERT_EQ(due.reminders_size(), 1);
  EXPECT_EQ(due.reminders(0).deadline().due_day(), DayWord(ChinaToday() + 5));
  EXPECT_EQ(due.reminders(0).state(), "AGREED");
  EXPECT_FALSE(due.reminders(0).overdue());
  PassDays(6);
  Execute("UPDATE dues SET overdue = true WHERE obligation_id = 'o2'");
  v1::ListRemindersRequest late;
  late.set_overdue_only(true);
  const v1::ListRemindersResponse overdue = List(late, HeadCall());
  ASSERT_EQ(overdue.reminders_size(), 1);
  EXPECT_TRUE(overdue.reminders(0).overdue());
}

TEST_F(ReminderListTest, EachSeesWhatItMustDoAndNothingOfOthers) {
  const std::string offered = Mediating().name();
  Offer(offered);
  Escalate(offered);
  Risk();
  v1::ListRemindersRequest request = DueIn(60);
  EXPECT_EQ(
      Lines(List(request, ReceiverCall())),
      std::vector<std::string>{absl::StrCat("TRANSFER ", offered, "/transfers/1 organisation")});
  EXPECT_EQ(List(request, StrangerCall()).reminders_size(), 0);
  EXPECT_EQ(List(request, CourtCall()).reminders_size(), 0);
  EXPECT_EQ(List(request, BureauCall("330105")).reminders_size(), 0);
  request.set_must_act("bureau");
  EXPECT_EQ(
      Lines(List(request, BureauCall())),
      std::vector<std::string>{absl::StrCat("ESCALATION ", offered, "/escalations/1 bureau")});
  Execute("UPDATE risk_entries SET organisation = ''");
  EXPECT_EQ(List(request, BureauCall()).reminders_size(), 2) << "nobody keeps the risk";
  request.set_must_act("");
  request.add_kinds(v1::REMINDER_KIND_DISPUTE);
  EXPECT_EQ(Lines(List(request, BureauCall())),
            std::vector<std::string>{absl::StrCat("DISPUTE ", offered, " mediator")});
}

TEST_F(ReminderListTest, PagesGoOnWhereTheLastOneEnded) {
  Agreed(Full());
  Offer(Mediating(2).name());
  const std::vector<std::string> whole = Lines(List(DueIn(60), BureauCall()));
  ASSERT_EQ(whole.size(), 6u);
  v1::ListRemindersRequest request = DueIn(60);
  request.set_page_size(1);
  std::vector<std::string> seen;
  do {
    const v1::ListRemindersResponse page = List(request, BureauCall());
    for (const std::string& line : Lines(page)) seen.push_back(line);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, whole);
}

TEST_F(ReminderListTest, WhatIsWrongIsNamed) {
  v1::ListRemindersRequest request;
  request.set_must_act("nobody");
  ExpectError(Ask(&ListReminderPage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "must_act");
  request.clear_must_act();
  request.add_kinds(v1::REMINDER_KIND_TRANSFER);
  request.add_kinds(v1::REMINDER_KIND_UNSPECIFIED);
  ExpectError(Ask(&ListReminderPage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "kinds[1]");
  ExpectError(Ask(&ListReminderPage, HeadCall(), DueIn(400)).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "due_by_day");
}

}  // namespace
}  // namespace maplebridge::registry
