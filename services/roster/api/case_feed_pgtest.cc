// Facts of cases follow the feeds: by revision, whatever is repeated, late or restated.
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <random>

#include "maplebridge/docking/v1/judicial_confirmation_resource.pb.h"
#include "maplebridge/registry/v1/dispute_resource.pb.h"
#include "services/roster/api/case_feed.h"
#include "services/roster/testing/roster_fixture.h"

namespace maplebridge::roster {
namespace {

constexpr char kDispute[] = "disputes/D-330102-2026-00000017";
constexpr char kMediatorOne[] = "organisations/o1/mediators/m1";
constexpr char kMediatorTwo[] = "organisations/o1/mediators/m2";

// 30 September 2026, 23:00 in China and 15:00 in Greenwich; an hour later is October in China.
constexpr std::int64_t kLateEvening = 1790780400;

registry::v1::Dispute DisputeAt(std::int64_t seconds) {
  registry::v1::Dispute dispute;
  dispute.set_category("NEIGHBOURS");
  dispute.set_organisation("organisations/o1");
  dispute.set_difficulty(registry::v1::DIFFICULTY_COMPLEX);
  dispute.mutable_create_time()->set_seconds(seconds);
  return dispute;
}

registry::v1::Dispute Agreed(std::int64_t seconds) {
  registry::v1::Dispute dispute = DisputeAt(seconds);
  dispute.mutable_accept_time()->set_seconds(seconds);
  dispute.add_mediators(kMediatorOne);
  dispute.add_mediators(kMediatorTwo);
  dispute.set_claimed_amount_fen(1'000'000'000'000'000);
  registry::v1::Conclusion* conclusion = dispute.mutable_conclusion();
  conclusion->set_kind(registry::v1::CONCLUSION_KIND_AGREEMENT);
  conclusion->set_agreement(absl::StrCat(kDispute, "/agreements/1"));
  conclusion->mutable_document()->set_document(absl::StrCat(kDispute, "/documents/agreement-1"));
  conclusion->mutable_conclude_time()->set_seconds(seconds + 3600);
  return dispute;
}

feed::v1::Event EventOf(std::int64_t revision, const std::string& state,
                        const google::protobuf::Message& payload) {
  feed::v1::Event event;
  event.set_position(revision * 10);
  event.mutable_event_time()->set_seconds(kLateEvening + revision);
  event.set_type("Test");
  event.set_resource(kDispute);
  event.set_revision(revision);
  event.set_to_state(state);
  event.set_division("330102001000");
  event.mutable_payload()->PackFrom(payload);
  return event;
}

feed::v1::Event Ruling(const std::string& id, std::int64_t revision, const std::string& state) {
  docking::v1::Confirmation confirmation;
  confirmation.set_dispute(kDispute);
  feed::v1::Event event = EventOf(revision, state, confirmation);
  event.set_resource("confirmations/" + id);
  return event;
}

class CaseFeedTest : public RosterTest {
 protected:
  absl::Status Apply(const std::string& source, const std::vector<feed::v1::Event>& events) {
    std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
      absl::Status done = co_await ApplyCaseEvents(transaction, source, events);
      if (!done.ok()) co_return done;
      co_return true;
    };
    auto answer = Run(parts().databases[0]->Transact<bool>(absl::Now() + absl::Seconds(20), body));
    return answer.status();
  }
  // The row without its time, and its mediators.
  std::string Fact() {
    return Value(
        "SELECT concat_ws(' ', state, organisation, difficulty, agreement_form, report_day, "
        "accept_day, conclude_day, outcome, performed_day, satisfaction, sum_fen, confirmation, "
        "set_aside, revision, (SELECT string_agg(mediator, ',' ORDER BY mediator) "
        "FROM case_mediators m WHERE m.dispute = c.dispute)) FROM case_facts c");
  }
};

TEST_F(CaseFeedTest, AnAgreedCaseIsKeptWithItsMediatorsAndDaysInChina) {
  ASSERT_TRUE(Apply("registry", {EventOf(1, "REPORTED", DisputeAt(kLateEvening)),
                                 EventOf(2, "AGREED", Agreed(kLateEvening))})
                  .ok());
  EXPECT_EQ(Fact(),
            "AGREED organisations/o1 COMPLEX WRITTEN 2026-09-30 2026-09-30 2026-10-01 AGREED "
            "1000000000000000 f 2 organisations/o1/mediators/m1,organisations/o1/mediators/m2");
}

TEST_F(CaseFeedTest, AnyOrderAndAnyRepeatsComeToTheSameRow) {
  registry::v1::Dispute performed = Agreed(kLateEvening);
  performed.mutable_conclusion()->clear_document();  // oral
  performed.set_performed_day("2026-10-20");
  performed.set_satisfaction(5);
  performed.mutable_mediators()->RemoveLast();
  const std::vector<feed::v1::Event> events = {
      EventOf(1, "REPORTED", DisputeAt(kLateEvening)), EventOf(2, "AGREED", Agreed(kLateEvening)),
      EventOf(3, "PERFORMED", performed), EventOf(4, "ARCHIVED", performed)};
  const std::string expected =
      "ARCHIVED organisations/o1 COMPLEX ORAL 2026-09-30 2026-09-30 2026-10-01 AGREED 2026-10-20 5 "
      "1000000000000000 f 4 organisations/o1/mediators/m1";
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 10; ++round) {
    Execute("TRUNCATE case_facts, case_mediators");
    std::vector<feed::v1::Event> told = events;
    told.insert(told.end(), events.begin(), events.end());
    std::shuffle(told.begin(), told.end(), random);
    ASSERT_TRUE(Apply("registry", told).ok());
    EXPECT_EQ(Fact(), expected);
  }
}

TEST_F(CaseFeedTest, WhatIsNotConfirmedOrWasWithdrawnIsNoOutcome) {
  for (const char* state : {"CONCLUDING", "CLOSED_WITHDRAWN", "CLOSED_MERGED"}) {
    Execute("TRUNCATE case_facts, case_mediators");
    ASSERT_TRUE(Apply("registry", {EventOf(2, state, Agreed(kLateEvening))}).ok());
    EXPECT_EQ(Value("SELECT outcome IS NULL AND agreement_form IS NULL AND conclude_day IS NULL "
                    "FROM case_facts"),
              "t")
        << state;
  }
}

TEST_F(CaseFeedTest, SetAsideStaysAfterArchiving) {
  registry::v1::Dispute dispute = Agreed(kLateEvening);
  dispute.set_set_aside_case_number("（2026）浙0102民初1号");
  ASSERT_TRUE(
      Apply("registry", {EventOf(3, "CLOSED_SET_ASIDE", dispute), EventOf(4, "ARCHIVED", dispute)})
          .ok());
  EXPECT_EQ(Value("SELECT set_aside FROM case_facts"), "t");
}

TEST_F(CaseFeedTest, ARulingIsKeptWhicheverFeedComesFirst) {
  const auto told = [this] { return Value("SELECT confirmation FROM case_facts"); };
  ASSERT_TRUE(Apply("docking", {Ruling("c1", 2, "ACCEPTED"), Ruling("c1", 3, "REJECTED")}).ok());
  ASSERT_TRUE(Apply("registry", {EventOf(2, "AGREED", Agreed(kLateEvening))}).ok());
  EXPECT_EQ(told(), "REJECTED");
  // A new agreement is confirmed; the older application comes once more.
  ASSERT_TRUE(Apply("docking", {Ruling("c2", 4, "CONFIRMED"), Ruling("c1", 2, "ACCEPTED"),
                                Ruling("c1", 3, "REJECTED")})
                  .ok());
  EXPECT_EQ(told(), "CONFIRMED");
  ASSERT_TRUE(Apply("registry", {EventOf(3, "PERFORMED", Agreed(kLateEvening))}).ok());
  EXPECT_EQ(told(), "CONFIRMED");
}

TEST_F(CaseFeedTest, AnImpossibleEventIsRecordedAndTheNextIsTaken) {
  registry::v1::Dispute wrong = Agreed(kLateEvening);
  wrong.add_mediators("nobody");
  feed::v1::Event elsewhere = EventOf(3, "AGREED", Agreed(kLateEvening));
  elsewhere.set_division("330102");
  ASSERT_TRUE(Apply("registry", {EventOf(2, "AGREED", wrong), elsewhere,
                                 EventOf(4, "AGREED", Agreed(kLateEvening))})
                  .ok());
  EXPECT_EQ(Value("SELECT string_agg(reason, '; ' ORDER BY position) FROM feed_refusals"),
            "a mediator's name is malformed; division is not a code of 12 digits");
  EXPECT_EQ(Value("SELECT revision FROM case_facts"), "4");
}

TEST_F(CaseFeedTest, OtherResourcesAreOfNoConcern) {
  feed::v1::Event session = EventOf(2, "HELD", DisputeAt(kLateEvening));
  session.set_resource(absl::StrCat(kDispute, "/sessions/1"));
  ASSERT_TRUE(Apply("registry", {session}).ok());
  EXPECT_EQ(Value("SELECT count(*) FROM case_facts"), "0");
  EXPECT_EQ(Value("SELECT count(*) FROM feed_refusals"), "0");
}

}  // namespace
}  // namespace maplebridge::roster
