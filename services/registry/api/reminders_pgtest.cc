#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/reminders.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

absl::CivilDay Today() { return calendar::ChinaDay(absl::Now()); }

class RemindersTest : public RegistryTest {
 protected:
  v1::ListDueDisputesResponse List(const v1::ListDueDisputesRequest& request, Call call) {
    return Must(&ListDueDisputePage, std::move(call), request);
  }
  static v1::ListDueDisputesRequest DueBy(const std::string& day) {
    v1::ListDueDisputesRequest request;
    request.set_due_by_day(day);
    return request;
  }
  static std::vector<std::string> Names(const v1::ListDueDisputesResponse& response) {
    std::vector<std::string> names;
    for (const v1::DueDispute& due : response.due_disputes()) names.push_back(due.dispute());
    return names;
  }
  void EndClock(const v1::Dispute& dispute) {
    const absl::Time end = absl::FromUnixSeconds(dispute.deadline().due_time().seconds());
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), end));
    EXPECT_EQ(expired.value_or(-1), 1) << expired.status();
  }
};

TEST_F(RemindersTest, AClockIsDueOnItsLastDayAndNotOnTheDayBefore) {
  const v1::Dispute reported = Reported();
  const std::string due_day = reported.deadline().due_day();
  EXPECT_EQ(Names(List(DueBy(DayWord(*DayOf(due_day) - 1)), HeadCall())),
            std::vector<std::string>());
  const v1::ListDueDisputesResponse due = List(DueBy(due_day), HeadCall());
  ASSERT_EQ(due.due_disputes_size(), 1);
  EXPECT_EQ(due.due_disputes(0).dispute(), reported.name());
  EXPECT_EQ(due.due_disputes(0).clock(), "accept");
  EXPECT_EQ(due.due_disputes(0).deadline().due_day(), due_day);
  EXPECT_EQ(due.due_disputes(0).must_act(), "organisation");
  EXPECT_EQ(due.due_disputes(0).action(), "accept or decline the dispute");
  EXPECT_FALSE(due.due_disputes(0).overdue());
}

TEST_F(RemindersTest, WhatRanOutIsListedWhateverTheDay) {
  const v1::Dispute reported = Reported();
  EndClock(reported);
  v1::ListDueDisputesRequest request;  // today
  const v1::ListDueDisputesResponse overdue = List(request, HeadCall());
  ASSERT_EQ(overdue.due_disputes_size(), 1);
  EXPECT_TRUE(overdue.due_disputes(0).overdue());
  request.set_overdue_only(true);
  EXPECT_EQ(List(request, HeadCall()).due_disputes_size(), 1);
  Accepted(2);
  EXPECT_EQ(List(request, HeadCall()).due_disputes_size(), 1) << "that one's clock runs";
}

TEST_F(RemindersTest, EachSeesWhatItMustDo) {
  const std::string reported = Reported(1).name();
  const std::string mediating = Mediating(2).name();
  v1::ListDueDisputesRequest request = DueBy(DayWord(Today() + 60));
  EXPECT_EQ(Names(List(request, HeadCall())), (std::vector<std::string>{reported, mediating}))
      << "the earliest end first";
  request.set_must_act("mediator");
  EXPECT_EQ(Names(List(request, HeadCall())), std::vector<std::string>{mediating});
  request.set_must_act("organisation");
  EXPECT_EQ(Names(List(request, HeadCall())), std::vector<std::string>{reported});
  request.set_must_act("nobody");
  ExpectError(Ask(&ListDueDisputePage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "must_act");
}

TEST_F(RemindersTest, PagesGoOnWhereTheLastOneEndedAndBelongToTheirRequest) {
  std::vector<std::string> all;
  for (int i = 1; i <= 5; ++i) all.push_back(Reported(i).name());
  v1::ListDueDisputesRequest request = DueBy(DayWord(Today() + 60));
  request.set_page_size(2);
  std::vector<std::string> seen;
  do {
    const v1::ListDueDisputesResponse page = List(request, HeadCall());
    for (const std::string& name : Names(page)) seen.push_back(name);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, all);
  request.set_page_size(2);
  const std::string token = [&] {
    request.clear_page_token();
    return List(request, HeadCall()).next_page_token();
  }();
  request.set_overdue_only(true);
  request.set_page_token(token);
  ExpectError(Ask(&ListDueDisputePage, HeadCall(), request).status(), StatusCode::kInvalidArgument,
              reason::kPageTokenInvalid, "page_token");
}

TEST_F(RemindersTest, ACallerSeesItsOwnOnly) {
  Reported();
  const v1::ListDueDisputesRequest request = DueBy(DayWord(Today() + 60));
  EXPECT_EQ(List(request, StrangerCall()).due_disputes_size(), 0);
  Caller bureau;
  bureau.principal = "callers/bureau";
  bureau.roles = {options::v1::ROLE_COUNTY_BUREAU};
  bureau.division = "330105";
  EXPECT_EQ(List(request, CallBy(bureau)).due_disputes_size(), 0);
  bureau.division = "330102";
  EXPECT_EQ(List(request, CallBy(bureau)).due_disputes_size(), 1);
  ExpectError(Ask(&ListDueDisputePage, HeadCall(), DueBy(DayWord(Today() + 400))).status(),
              StatusCode::kInvalidArgument, reason::kFieldInvalid, "due_by_day");
}

}  // namespace
}  // namespace maplebridge::registry
