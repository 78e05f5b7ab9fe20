#include "services/docking/domain/docking_clock.h"

#include <gtest/gtest.h>

#include "common/calendar/test_calendar.h"

namespace maplebridge::docking {
namespace {

using absl::CivilDay;
using S = ReferralState;
using E = ReferralEvent;

absl::Time At(CivilDay day) { return calendar::StartOfChinaDay(day) + absl::Hours(10); }

Clock Start(const Referral& referral, ReferralState state, ReferralEvent event, CivilDay day,
            std::optional<CivilDay> until = std::nullopt) {
  auto clock = StartReferralClock(calendar::TestCalendar(), referral, state, event, At(day), until);
  EXPECT_TRUE(clock.ok()) << clock.status();
  return *clock;
}

TEST(DockingClockTest, EachStateRunsItsOwnClock) {
  const CivilDay monday(2026, 9, 7);
  Referral referral;
  Clock consent = Start(referral, S::kGuided, E::kOfferGuidance, monday);
  EXPECT_EQ(consent.kind, "CONSENT");
  EXPECT_EQ(consent.due_day, CivilDay(2026, 9, 14));
  Clock send = Start(referral, S::kConsented, E::kCompleteConsent, monday);
  EXPECT_EQ(send.kind, "SEND");
  EXPECT_EQ(send.due_day, CivilDay(2026, 9, 10));
  EXPECT_EQ(Start(referral, S::kDeclined, E::kDecline, monday).kind, "SEND");
  Clock accept = Start(referral, S::kSent, E::kSend, CivilDay(2026, 9, 30));
  EXPECT_EQ(accept.kind, "ACCEPT");
  // The National Day week does not count; Saturday 10 October is a make-up working day.
  EXPECT_EQ(accept.due_day, CivilDay(2026, 10, 10));
  EXPECT_EQ(accept.due_time, calendar::StartOfChinaDay(CivilDay(2026, 10, 11)));
  EXPECT_EQ(Start(referral, S::kReturned, E::kReturn, monday).due_day, CivilDay(2026, 9, 14));
  EXPECT_TRUE(Start(referral, S::kWithdrawn, E::kWithdraw, monday).kind.empty());
}

TEST(DockingClockTest, TheMediationLimitIsThatOfKindAndProcedure) {
  const CivilDay monday(2026, 9, 7);
  Referral referral;
  referral.kind = ReferralKind::kAppointed;
  EXPECT_EQ(Start(referral, S::kAccepted, E::kAccept, monday).due_day, CivilDay(2026, 10, 8));
  referral.kind = ReferralKind::kEntrusted;
  referral.procedure = "ORDINARY";
  EXPECT_EQ(Start(referral, S::kAccepted, E::kAccept, monday).due_day, CivilDay(2026, 9, 22));
  referral.procedure = "SIMPLIFIED";
  EXPECT_EQ(Start(referral, S::kAccepted, E::kAccept, monday).due_day, CivilDay(2026, 9, 14));
  referral.clock.start_time = At(CivilDay(2026, 8, 1));
  Clock extended = Start(referral, S::kAccepted, E::kExtend, monday, CivilDay(2026, 11, 1));
  EXPECT_EQ(extended.due_day, CivilDay(2026, 11, 1));
  EXPECT_EQ(extended.start_time, referral.clock.start_time);
}

TEST(DockingClockTest, AnAgreedReferralIsAcknowledgedThenWaitsForTheWindow) {
  Referral referral;
  referral.state = S::kAgreed;
  referral.window_day = CivilDay(2026, 10, 9);
  const CivilDay monday(2026, 9, 7);
  EXPECT_EQ(Start(referral, S::kAgreed, E::kAgree, monday).kind, "FEEDBACK");
  referral.acknowledge_time = At(monday);
  Clock next = Start(referral, S::kAgreed, E::kAcknowledgeFeedback, monday);
  EXPECT_EQ(next.kind, "NEXT_STEP");
  EXPECT_EQ(next.due_day, CivilDay(2026, 10, 9));
  // An application withdrawn after the window: the clock has already run out.
  Clock late = Start(referral, S::kAgreed, E::kEndConfirmation, CivilDay(2026, 10, 20));
  EXPECT_EQ(late.due_day, CivilDay(2026, 10, 9));
  // Expired while the court decides: looked at again in a week.
  Clock again = Start(referral, S::kAgreed, E::kClockExpired, CivilDay(2026, 10, 20));
  EXPECT_EQ(again.due_day, CivilDay(2026, 10, 27));
  referral.window_day.reset();
  EXPECT_EQ(Start(referral, S::kAgreed, E::kAcknowledgeFeedback, monday).due_day,
            CivilDay(2026, 9, 14));
}

TEST(DockingClockTest, TheWindowIsThirtyDaysFromTheEffectAndRollsOffAHoliday) {
  auto window = WindowDeadline(calendar::TestCalendar(), CivilDay(2026, 9, 3));
  ASSERT_TRUE(window.ok());
  // 3 October lies in the National Day holiday.
  EXPECT_EQ(window->due_day, CivilDay(2026, 10, 8));
}

TEST(DockingClockTest, TheCourtsClocksOfAConfirmation) {
  const calendar::Calendar calendar = calendar::TestCalendar();
  const CivilDay monday(2026, 9, 7), window(2026, 10, 8);
  const RulingLimit limit{calendar::DeadlineRule::kCalendar, 30, "CPL 187"};
  auto start = [&](ConfirmationState state, ConfirmationEvent event) {
    return *StartConfirmationClock(calendar, state, event, At(monday), window, limit);
  };
  EXPECT_EQ(start(ConfirmationState::kDraft, ConfirmationEvent::kApply).due_day, window);
  Clock acceptance = start(ConfirmationState::kSubmitted, ConfirmationEvent::kSubmit);
  EXPECT_EQ(acceptance.kind, "ACCEPTANCE");
  EXPECT_EQ(acceptance.due_day, CivilDay(2026, 9, 10));
  Clock ruling = start(ConfirmationState::kAccepted, ConfirmationEvent::kAccept);
  EXPECT_EQ(ruling.kind, "RULING");
  EXPECT_EQ(ruling.due_day, CivilDay(2026, 10, 8));
  EXPECT_EQ(ruling.because.back(), "source: CPL 187");
  Clock urged = start(ConfirmationState::kAccepted, ConfirmationEvent::kClockExpired);
  EXPECT_EQ(urged.due_day, CivilDay(2026, 9, 10));
  EXPECT_TRUE(start(ConfirmationState::kConfirmed, ConfirmationEvent::kConfirm).kind.empty());
}

}  // namespace
}  // namespace maplebridge::docking
