#include "common/deadlines/deadline_clock.h"
#include "services/registry/api/dispute_expiry.h"
#include "services/registry/api/mediate.h"
#include "services/registry/api/take_on.h"
#include "services/registry/api/words.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

class DisputeExpiryTest : public RegistryTest {
 protected:
  // One round of the worker as if it were `now`; how many clocks ended.
  int Expire(absl::Time now) {
    auto expired = Run(ExpireDue(*parts_->databases[0], ClockWork(registry_), now));
    EXPECT_TRUE(expired.ok()) << expired.status();
    return expired.value_or(-1);
  }
  static absl::Time DueTime(const v1::Dispute& dispute) {
    return absl::FromUnixSeconds(dispute.deadline().due_time().seconds());
  }
};

TEST_F(DisputeExpiryTest, AClockEndsAtItsMomentAndNotBefore) {
  const v1::Dispute reported = Reported();
  EXPECT_EQ(Expire(DueTime(reported) - absl::Microseconds(1)), 0);
  EXPECT_FALSE(Get(reported.name()).overdue());
  EXPECT_EQ(Expire(DueTime(reported)), 1);
  EXPECT_TRUE(Get(reported.name()).overdue());
}

TEST_F(DisputeExpiryTest, ExpiryMarksTellsAndRemindsButDecidesNothing) {
  const v1::Dispute reported = Reported();
  EXPECT_EQ(Expire(DueTime(reported)), 1);
  const v1::Dispute overdue = Get(reported.name());
  EXPECT_EQ(overdue.state(), v1::DISPUTE_STATE_REPORTED);
  EXPECT_EQ(overdue.revision(), 2);
  EXPECT_EQ(overdue.clock(), "accept");
  EXPECT_EQ(Value("SELECT type || ' ' || actor || ' ' || from_state || '>' || to_state FROM events "
                  "ORDER BY position DESC LIMIT 1"),
            "ClockExpired services/clock REPORTED>REPORTED");
  EXPECT_EQ(Value("SELECT kind || ' ' || state FROM deadlines"), "accept RUNNING")
      << "the reminder runs";
  EXPECT_EQ(Value("SELECT string_agg(reason, ' ' ORDER BY change_time, reason) FROM "
                  "deadline_changes WHERE reason <> 'Report'"),
            "ClockExpired expired");
}

TEST_F(DisputeExpiryTest, TheNextStepEndsBeingOverdue) {
  const v1::Dispute reported = Reported();
  EXPECT_EQ(Expire(DueTime(reported)), 1);
  v1::AcceptDisputeRequest accept;
  accept.set_name(reported.name());
  const v1::Dispute accepted = Must(&AcceptDispute, HeadCall(), accept);
  EXPECT_FALSE(accepted.overdue());
  EXPECT_EQ(accepted.clock(), "mediation");
}

TEST_F(DisputeExpiryTest, AClockThatWasMetNeverEnds) {
  const v1::Dispute reported = Reported();
  v1::AcceptDisputeRequest accept;
  accept.set_name(reported.name());
  const v1::Dispute accepted = Must(&AcceptDispute, HeadCall(), accept);
  ASSERT_LT(DueTime(reported), DueTime(accepted));
  EXPECT_EQ(Expire(DueTime(reported) + absl::Hours(1)), 0);
  EXPECT_EQ(Get(reported.name()).revision(), accepted.revision());
}

TEST_F(DisputeExpiryTest, AClockThatOutlivedItsStateSaysNothing) {
  const v1::Dispute accepted = Accepted();
  Execute("UPDATE deadlines SET state = 'RUNNING', next_attempt = now() WHERE kind = 'accept'");
  EXPECT_EQ(Expire(absl::Now()), 1);
  EXPECT_EQ(Get(accepted.name()).SerializeAsString(), accepted.SerializeAsString());
  EXPECT_EQ(Value("SELECT state FROM deadlines WHERE kind = 'accept'"), "EXPIRED");
}

TEST_F(DisputeExpiryTest, AnObligationThatIsNotPerformedUrgesTheDebtor) {
  const std::string name = Mediating().name();
  const absl::CivilDay due = calendar::ChinaDay(absl::Now()) + 5;
  v1::ConcludeByAgreementRequest conclude;
  conclude.set_name(name);
  conclude.set_agreement(SignByAll(Agree(name, due).name()).name());
  const v1::Dispute agreed = Must(&ConcludeByAgreement, HeadCall(), conclude);
  EXPECT_EQ(DueTime(agreed), calendar::StartOfChinaDay(due + 1));
  EXPECT_EQ(Expire(calendar::StartOfChinaDay(due + 1)), 2) << "the obligation's and the dispute's";
  const v1::Dispute urged = Get(name);
  EXPECT_EQ(urged.state(), v1::DISPUTE_STATE_AGREED);
  EXPECT_TRUE(urged.overdue());
  EXPECT_EQ(urged.clock(), "performance");
}

}  // namespace
}  // namespace maplebridge::registry
