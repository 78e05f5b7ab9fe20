// What the schema itself refuses, and that everything stored is read back.
#include "services/docking/store/confirmation_store.h"
#include "services/docking/store/referral_row.h"
#include "services/docking/testing/docking_fixture.h"

namespace maplebridge::docking {
namespace {

class DockingStoreTest : public DockingTest {
 protected:
  absl::Status Change(std::function<Task<absl::Status>(postgres::Transaction&)> change) {
    std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
      absl::Status done = co_await change(transaction);
      if (!done.ok()) co_return done;
      co_return true;
    };
    return Run(database().Transact<bool>(absl::Now() + absl::Seconds(20), body)).status();
  }
  Referral Read(const std::string& name) {
    auto found = Run(FindReferral(database(), absl::Now() + absl::Seconds(20), docking().keys,
                                  name.substr(sizeof("referrals/") - 1)));
    EXPECT_TRUE(found.ok() && found->has_value()) << found.status();
    return **found;
  }
  absl::Status Update(const Referral& referral) {
    return Change(
        [&](postgres::Transaction& transaction) { return UpdateReferral(transaction, referral); });
  }
};

absl::Time Moment(int seconds) { return absl::FromUnixSeconds(1'790'000'000 + seconds); }

TEST_F(DockingStoreTest, EveryColumnOfAReferralIsReadBack) {
  Referral stored = Read(Accepted().name());
  stored.roster_time = Moment(1);
  stored.dispute = kDispute;
  stored.mediator = kMediator;
  stored.progress = Progress{"HoldSession", "disputes/x/sessions/1", Moment(2)};
  stored.decline = Decline{"OTHER", "忙", kOther, Moment(3)};
  stored.settlement = Settlement{"a", "d", kDigest, 3, absl::CivilDay(2026, 9, 1), Moment(4)};
  stored.conclusion = Conclusion{"UNFIT", "n", kDigest, true, Moment(5)};
  stored.confirmation = "confirmations/x";
  stored.window_day = absl::CivilDay(2026, 10, 8);
  stored.is_unconfirmed = true;
  stored.acknowledge_time = Moment(6);
  stored.urge_count = 4;
  stored.clock.because = {"one, with a comma", "\"two\" in quotes \\"};
  ASSERT_TRUE(Update(stored).ok());
  const Referral read = Read(stored.name());
  EXPECT_EQ(read.roster_time, Moment(1));
  EXPECT_EQ(read.progress->resource, "disputes/x/sessions/1");
  EXPECT_EQ(read.progress->event_time, Moment(2));
  EXPECT_EQ(read.decline->text, "忙");
  EXPECT_EQ(read.decline->decline_time, Moment(3));
  EXPECT_EQ(read.settlement->obligation_count, 3);
  EXPECT_EQ(read.settlement->effective_day, absl::CivilDay(2026, 9, 1));
  EXPECT_EQ(read.conclusion->reason, "UNFIT");
  EXPECT_TRUE(read.conclusion->materials_equal);
  EXPECT_EQ(read.window_day, absl::CivilDay(2026, 10, 8));
  EXPECT_TRUE(read.is_unconfirmed);
  EXPECT_EQ(read.acknowledge_time, Moment(6));
  EXPECT_EQ(read.urge_count, 4);
  EXPECT_EQ(read.clock.because, stored.clock.because);
  EXPECT_EQ(read.clock.due_time, stored.clock.due_time);
  EXPECT_FALSE(read.withdrawal.has_value());
}

TEST_F(DockingStoreTest, NoStateStandsWithoutWhatItSpeaksOf) {
  const Referral accepted = Read(Accepted().name());
  auto refused = [&](std::function<void(Referral&)> spoil) {
    Referral changed = accepted;
    spoil(changed);
    const absl::Status status = Update(changed);
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(absl::IsUnavailable(status)) << status;
  };
  refused([](Referral& r) { r.state = ReferralState::kReturned; });
  refused([](Referral& r) { r.state = ReferralState::kAgreed; });
  refused([](Referral& r) { r.state = ReferralState::kWithdrawn; });
  refused([](Referral& r) { r.state = ReferralState::kClosedRegistered; });
  refused([](Referral& r) { r.accept_time.reset(); });
  refused([](Referral& r) { r.organisation.clear(); });
  refused([](Referral& r) { r.procedure = "ORDINARY"; });
  refused([](Referral& r) {
    r.state = ReferralState::kClosedConfirmed;
    r.settlement = Settlement{"a", "", "", 1, absl::CivilDay(2026, 9, 1), Moment(0)};
  });
  EXPECT_TRUE(Update(accepted).ok());
}

TEST_F(DockingStoreTest, OneApplicationAtATimeStandsInTheSchemaToo) {
  const Referral referral = Read(Agreed().name());
  Confirmation confirmation;
  confirmation.referral = referral.name();
  confirmation.agreement = "a";
  confirmation.effective_day = confirmation.window_day = absl::CivilDay(2026, 9, 1);
  confirmation.court = kCourt;
  confirmation.organisation = kOrganisation;
  confirmation.matters = {"CIVIL_OBLIGATION"};
  Applicant applicant;
  applicant.party_id = "p1";
  confirmation.applicants.push_back(applicant);
  confirmation.state = ConfirmationState::kDraft;
  confirmation.clock = referral.clock;
  confirmation.clock.kind = "WINDOW";
  confirmation.create_time = confirmation.update_time = Moment(0);
  confirmation.revision = 1;
  bool inserted = false;
  auto insert = [&](postgres::Transaction& transaction) -> Task<absl::Status> {
    confirmation.id = NewRequestId();
    auto answer = co_await InsertConfirmation(transaction, confirmation);
    if (!answer.ok()) co_return answer.status();
    inserted = *answer;
    co_return absl::OkStatus();
  };
  ASSERT_TRUE(Change(insert).ok());
  EXPECT_TRUE(inserted);
  ASSERT_TRUE(Change(insert).ok());
  EXPECT_FALSE(inserted);
  Execute("UPDATE confirmations SET state = 'LAPSED', clock = '', due_time = NULL");
  ASSERT_TRUE(Change(insert).ok());
  EXPECT_TRUE(inserted);
}

TEST_F(DockingStoreTest, TheRulingLimitIsThatOfTheDay) {
  auto limit_on = [&](absl::CivilDay day) {
    RulingLimit found;
    absl::Status status = Change([&](postgres::Transaction& transaction) -> Task<absl::Status> {
      auto limit = co_await ReadRulingLimit(transaction, day);
      if (!limit.ok()) co_return limit.status();
      found = *limit;
      co_return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  };
  EXPECT_EQ(limit_on(absl::CivilDay(2012, 12, 31)).length, 15);
  EXPECT_EQ(limit_on(absl::CivilDay(2013, 1, 1)).length, 30);
  EXPECT_EQ(limit_on(absl::CivilDay(2026, 9, 1)).source, "CPL 187");
}

TEST_F(DockingStoreTest, ASealedNumberMovedToAnotherPartyDoesNotOpen) {
  const std::string name = Guide().name();
  Execute(
      "UPDATE referral_parties SET identity_sealed = (SELECT identity_sealed FROM"
      " referral_parties WHERE party_id = 'p2') WHERE party_id = 'p1'");
  auto found = Run(FindReferral(database(), absl::Now() + absl::Seconds(20), docking().keys,
                                name.substr(sizeof("referrals/") - 1)));
  EXPECT_EQ(found.status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace maplebridge::docking
