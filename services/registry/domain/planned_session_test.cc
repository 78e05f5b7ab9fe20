#include "services/registry/domain/planned_session.h"

#include <gtest/gtest.h>

namespace maplebridge::registry {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

PlannedSession Plan() {
  PlannedSession session;
  session.kind = "ONSITE";
  session.place = "调解室";
  session.start_time = kNow + absl::Hours(48);
  session.end_time = session.start_time + absl::Hours(2);
  session.party_ids = {"p1", "p2"};
  return session;
}

std::string Fields(const Violations& violations) {
  std::string fields;
  for (const Violation& violation : violations) fields += violation.field + " ";
  return fields;
}

TEST(PlannedSessionTest, AfterNowWithinAYearAndNotLongerThanTwelveHours) {
  EXPECT_EQ(Fields(CheckPlan(Plan(), kNow)), "");
  PlannedSession session = Plan();
  session.start_time = kNow;
  session.end_time = kNow + absl::Hours(1);
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "start_time ");
  session = Plan();
  session.end_time = session.start_time;
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "end_time ");
  session.end_time = session.start_time + absl::Hours(12);
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "");
  session.end_time += absl::Microseconds(1);
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "end_time ");
  session = Plan();
  session.start_time = kNow + absl::Hours(366 * 24) + absl::Microseconds(1);
  session.end_time = session.start_time + absl::Hours(1);
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "start_time ");
}

TEST(PlannedSessionTest, OnlyOnlineNeedsNoPlace) {
  PlannedSession session = Plan();
  session.place = "";
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "place ");
  session.kind = "ONLINE";
  EXPECT_EQ(Fields(CheckPlan(session, kNow)), "");
}

TEST(PlannedSessionTest, ToldLessThanADayBeforeIsLate) {
  const PlannedSession session = Plan();
  EXPECT_FALSE(IsLateNotice(session, session.start_time - absl::Hours(24)));
  EXPECT_TRUE(IsLateNotice(session, session.start_time - absl::Hours(24) + absl::Microseconds(1)));
}

TEST(PlannedSessionTest, AttendanceIsOfEachPartyOnceAndOfNobodyElse) {
  const PlannedSession session = Plan();
  EXPECT_EQ(Fields(CheckAttendance(session, {{"p1", "PRESENT", ""}, {"p2", "ABSENT", ""}})), "");
  EXPECT_EQ(Fields(CheckAttendance(session, {{"p1", "PRESENT", ""}})), "attendances ");
  EXPECT_EQ(Fields(CheckAttendance(session,
                                   {{"p1", "LATE", ""}, {"p1", "LATE", ""}, {"p2", "LATE", ""}})),
            "attendances[1].party_id ");
  EXPECT_EQ(Fields(CheckAttendance(session,
                                   {{"p1", "LATE", ""}, {"p2", "LATE", ""}, {"p3", "LATE", ""}})),
            "attendances[2].party_id ");
}

TEST(PlannedSessionTest, RecordingNeedsTheLastWordOfEveryoneWhoCame) {
  PlannedSession session = Plan();
  const std::vector<SessionAttendance> both = {{"p1", "PRESENT", ""}, {"p2", "REPRESENTED", ""}};
  EXPECT_EQ(WithoutConsent(session, both), (std::vector<std::string>{"p1", "p2"}));
  session.consents = {{"p1", "CONSENT", "", kNow}, {"p2", "REFUSE", "", kNow}};
  EXPECT_EQ(WithoutConsent(session, both), std::vector<std::string>{"p2"});
  EXPECT_TRUE(WithoutConsent(session, {{"p1", "LATE", ""}, {"p2", "ABSENT", ""}}).empty());
}

}  // namespace
}  // namespace maplebridge::registry
