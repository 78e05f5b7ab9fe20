// Each event counts once, by its revision, whatever happens to streams and order.
#include <absl/strings/str_cat.h>

#include <random>

#include "maplebridge/docking/v1/referral_resource.pb.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/analytics/testing/analytics_fixture.h"

namespace maplebridge::analytics {
namespace {

class FeedsTest : public AnalyticsTest {
 protected:
  std::string Count(const std::string& measure) {
    return Value(absl::StrCat("SELECT coalesce(sum(count), 0) FROM daily_counts WHERE measure = '",
                              measure, "'"));
  }
  static feed::v1::Event DisputeEvent(std::int64_t position, std::int64_t revision,
                                      const std::string& state, absl::Time time) {
    feed::v1::Event event;
    event.set_position(position);
    event.mutable_event_time()->set_seconds(absl::ToUnixSeconds(time));
    event.set_type("Test");
    event.set_resource("disputes/D-1");
    event.set_revision(revision);
    event.set_to_state(state);
    event.set_division("330102001000");
    event.set_organisation(kOrganisation);
    registry::v1::Dispute dispute;
    dispute.set_category("CONTRACT");
    dispute.set_source(registry::v1::DISPUTE_SOURCE_APPLICATION);
    event.mutable_payload()->PackFrom(dispute);
    return event;
  }
};

TEST_F(FeedsTest, ACutStreamIsResumedAndNothingCountsTwice) {
  for (int i = 0; i < 12; ++i) {
    Story story{.id = absl::StrCat(i)};
    TellReferral(story, "GUIDED", September(1));
    TellReferral(story, "SENT", September(1, 10));
    TellReferral(story, "ACCEPTED", September(2));
  }
  docking_->CutAfter(5);
  CatchUp();
  EXPECT_GE(docking_->streams(), 8);
  EXPECT_EQ(Count("REFERRAL_OPENED"), "12");
  EXPECT_EQ(Count("REFERRAL_ACCEPTED"), "12");
  ExpectCountsStandOnFacts();
  // The whole feed once more, as after a lost cursor.
  Value("DELETE FROM feed_cursors");
  CatchUp();
  EXPECT_EQ(Count("REFERRAL_OPENED"), "12");
  EXPECT_EQ(Count("REFERRAL_ACCEPTED"), "12");
  ExpectCountsStandOnFacts();
}

TEST_F(FeedsTest, ARepeatedOrOlderRevisionChangesNothing) {
  const feed::v1::Event reported = DisputeEvent(10, 1, "REPORTED", September(1));
  const feed::v1::Event accepted = DisputeEvent(20, 2, "ACCEPTED", September(2));
  const feed::v1::Event agreed = DisputeEvent(30, 3, "AGREED", September(9));
  for (const feed::v1::Event& event : {reported, accepted, agreed, accepted, reported, agreed}) {
    ASSERT_TRUE(Apply("registry", event).ok());
  }
  EXPECT_EQ(Count("DISPUTE_OPENED"), "1");
  EXPECT_EQ(Count("DISPUTE_SETTLED"), "1");
  EXPECT_EQ(Value("SELECT state || revision FROM facts"), "AGREED3");
  ExpectCountsStandOnFacts();
}

TEST_F(FeedsTest, ACorrectionRestatesItsCellsAndLeavesNoEmptyOne) {
  ASSERT_TRUE(Apply("registry", DisputeEvent(10, 1, "REPORTED", September(1))).ok());
  ASSERT_TRUE(Apply("registry", DisputeEvent(20, 2, "ACCEPTED", September(2))).ok());
  ASSERT_TRUE(Apply("registry", DisputeEvent(30, 3, "AGREED", September(9))).ok());
  // The category was wrong, the organisation changes, and a court sets the agreement aside.
  feed::v1::Event corrected = DisputeEvent(40, 4, "CLOSED_SET_ASIDE", September(20));
  registry::v1::Dispute dispute;
  dispute.set_category("NEIGHBOURS");
  corrected.mutable_payload()->PackFrom(dispute);
  corrected.set_organisation("organisations/other");
  corrected.set_division("330105002000");
  ASSERT_TRUE(Apply("registry", corrected).ok());
  EXPECT_EQ(Count("DISPUTE_SETTLED"), "0");
  EXPECT_EQ(Count("DISPUTE_FAILED"), "1");
  EXPECT_EQ(Count("DISPUTE_OPENED"), "1");
  EXPECT_EQ(Value("SELECT count(*) FROM daily_counts WHERE category = 'CONTRACT' OR count = 0"),
            "0");
  EXPECT_EQ(Value("SELECT count(*) FROM daily_counts WHERE organisation = 'organisations/qingbo'"),
            "0");
  ExpectCountsStandOnFacts();
}

TEST_F(FeedsTest, AConfirmationHasTheCategoryOfItsReferral) {
  Story story{.id = "1", .category = "NEIGHBOURS"};
  TellReferral(story, "SENT", September(1));
  TellConfirmation(story, "SUBMITTED", September(2));
  CatchUp();
  EXPECT_EQ(Value("SELECT category || ' ' || source FROM facts WHERE kind = 'CONFIRMATION'"),
            "NEIGHBOURS APPOINTED");
}

TEST_F(FeedsTest, WhatCannotBeReadIsRecordedAndTheFeedGoesOn) {
  feed::v1::Event without_place = DisputeEvent(10, 1, "REPORTED", September(1));
  without_place.set_division("3301");
  feed::v1::Event other_payload = DisputeEvent(20, 1, "REPORTED", September(1));
  other_payload.mutable_payload()->PackFrom(docking::v1::Referral());
  ASSERT_TRUE(Apply("registry", without_place).ok());
  ASSERT_TRUE(Apply("registry", other_payload).ok());
  ASSERT_TRUE(Apply("registry", DisputeEvent(30, 2, "ACCEPTED", September(2))).ok());
  EXPECT_EQ(Value("SELECT string_agg(position || ': ' || reason, '; ' ORDER BY position)"
                  " FROM feed_refusals"),
            "10: division is not a code of 12 digits; 20: payload is no dispute");
  EXPECT_EQ(Value("SELECT count(*) FROM facts"), "1");
}

TEST_F(FeedsTest, EventsOfPartsOfAResourceCountNothing) {
  feed::v1::Event session = DisputeEvent(10, 1, "", September(1));
  session.set_resource("disputes/D-1/sessions/1");
  ASSERT_TRUE(Apply("registry", session).ok());
  EXPECT_EQ(Value("SELECT count(*) FROM facts"), "0");
  EXPECT_EQ(Value("SELECT count(*) FROM feed_refusals"), "0");
}

TEST_F(FeedsTest, CountsThatDoNotStandOnTheirFactsStopTheFeedInsteadOfLying) {
  ASSERT_TRUE(Apply("registry", DisputeEvent(10, 1, "REPORTED", September(1))).ok());
  Value("DELETE FROM daily_counts");
  feed::v1::Event moved = DisputeEvent(20, 2, "ACCEPTED", September(2));
  moved.set_organisation("organisations/other");
  const absl::Status applied = Apply("registry", moved);
  EXPECT_EQ(applied.code(), absl::StatusCode::kInternal) << applied;
  EXPECT_EQ(Value("SELECT revision FROM facts"), "1");
}

TEST_F(FeedsTest, PositionsSayWhatTheFiguresStandOn) {
  TellOrganisation(kOrganisation, "330102001000");
  Story story{.id = "1"};
  TellReferral(story, "GUIDED", September(1));
  TellReferral(story, "SENT", September(2));
  CatchUp();
  auto positions = Positions();
  ASSERT_TRUE(positions.ok()) << positions.status();
  ASSERT_EQ(positions->feed_positions_size(), 3);
  EXPECT_EQ(positions->feed_positions(0).feed(), "registry");
  EXPECT_EQ(positions->feed_positions(0).position(), 0);
  EXPECT_FALSE(positions->feed_positions(0).has_event_time());
  EXPECT_EQ(positions->feed_positions(1).feed(), "docking");
  EXPECT_EQ(positions->feed_positions(1).position(), 20);
  EXPECT_EQ(positions->feed_positions(1).event_time().seconds(), absl::ToUnixSeconds(September(2)));
  EXPECT_EQ(positions->feed_positions(2).position(), 10);
}

// Any order of steps that the services may take keeps the counts on the facts.
TEST_F(FeedsTest, RandomLivesKeepTheCountsOnTheFacts) {
  const unsigned seed = 20260901;
  std::mt19937 random(seed);
  const std::vector<std::string> states = {"REPORTED",         "ACCEPTED",  "MEDIATING",
                                           "AGREED",           "PERFORMED", "CLOSED_FAILED",
                                           "CLOSED_SET_ASIDE", "ARCHIVED",  "CLOSED_DECLINED"};
  const std::vector<std::string> places = {"330102001000", "330105002000", "441900003000"};
  for (int i = 0; i < 40; ++i) {
    Story story{.id = absl::StrCat(i)};
    const int steps = 1 + static_cast<int>(random() % 8);
    for (int step = 0; step < steps; ++step) {
      story.division = places[random() % places.size()];
      story.organisation = random() % 2 == 0 ? kOrganisation : "organisations/other";
      TellDispute(story, states[random() % states.size()],
                  September(1 + static_cast<int>(random() % 28)) +
                      absl::Microseconds(random() % 1'000'000));
    }
  }
  CatchUp();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  ExpectCountsStandOnFacts();
}

}  // namespace
}  // namespace maplebridge::analytics
