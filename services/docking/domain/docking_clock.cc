#include "services/docking/domain/docking_clock.h"

#include <absl/strings/str_cat.h>

namespace maplebridge::docking {
namespace {

using calendar::DeadlineRule;
using S = ReferralState;
using E = ReferralEvent;

struct Length {
  std::string_view kind;
  DeadlineRule rule;
  int length;
  std::string_view source;
};

constexpr int kWindowDays = 30;

constexpr Length kConsent{"CONSENT", DeadlineRule::kCalendar, 7, ""};
constexpr Length kSend{"SEND", DeadlineRule::kWorking, 3, ""};
constexpr Length kAccept{"ACCEPT", DeadlineRule::kWorking, 3, ""};
constexpr Length kAppointed{"MEDIATION", DeadlineRule::kCalendar, 30, "SIM 27"};
constexpr Length kOrdinary{"MEDIATION", DeadlineRule::kCalendar, 15, "SIM 27"};
constexpr Length kSimplified{"MEDIATION", DeadlineRule::kCalendar, 7, "SIM 27"};
constexpr Length kFeedback{"FEEDBACK", DeadlineRule::kWorking, 3, "Opinion 3-3"};
constexpr Length kNextStep{"NEXT_STEP", DeadlineRule::kCalendar, 7, ""};
constexpr Length kCourtAction{"COURT_ACTION", DeadlineRule::kCalendar, 7, "CPL 126"};
constexpr Length kAcceptance{"ACCEPTANCE", DeadlineRule::kCalendar, 3, "JC 4"};
constexpr int kReminderDays = 3;

Clock ClockOf(std::string_view kind, calendar::Deadline deadline, absl::Time now) {
  Clock clock;
  clock.kind = std::string(kind);
  clock.due_day = deadline.due_day;
  clock.due_time = deadline.due;
  clock.provisional = deadline.provisional;
  clock.because = std::move(deadline.because);
  clock.start_time = now;
  return clock;
}

absl::StatusOr<Clock> Count(const calendar::Calendar& calendar, const Length& length,
                            absl::Time now) {
  auto deadline = calendar::CountDeadline(calendar, now, length.rule, length.length);
  if (!deadline.ok()) return deadline.status();
  if (!length.source.empty()) {
    deadline->because.push_back(absl::StrCat("source: ", std::string(length.source)));
  }
  return ClockOf(length.kind, *std::move(deadline), now);
}

// A day that is given, not counted here.
Clock Until(std::string_view kind, absl::CivilDay day, std::string because, absl::Time now) {
  calendar::Deadline deadline;
  deadline.due_day = day;
  deadline.due = calendar::StartOfChinaDay(day + 1);
  deadline.because.push_back(std::move(because));
  return ClockOf(kind, std::move(deadline), now);
}

const Length& MediationLimit(const Referral& referral) {
  if (referral.kind != ReferralKind::kEntrusted) return kAppointed;
  return referral.procedure == "SIMPLIFIED" ? kSimplified : kOrdinary;
}

absl::StatusOr<Clock> AgreedClock(const calendar::Calendar& calendar, const Referral& referral,
                                  ReferralEvent event, absl::Time now) {
  if (!referral.acknowledge_time) return Count(calendar, kFeedback, now);
  const bool is_window_open =
      referral.window_day && *referral.window_day >= calendar::ChinaDay(now);
  // Past the window only an application with the court keeps the referral open, and its own clock
  // urges: look again in a week. A window that closed meanwhile ends at once.
  if (referral.window_day && (is_window_open || event != E::kClockExpired)) {
    return Until(kNextStep.kind, *referral.window_day,
                 "the last day for a joint application for judicial confirmation (PML 33, CPL 205)",
                 now);
  }
  return Count(calendar, kNextStep, now);
}

}  // namespace

absl::StatusOr<calendar::Deadline> WindowDeadline(const calendar::Calendar& calendar,
                                                  absl::CivilDay effective_day) {
  return calendar::CountDeadline(calendar, calendar::StartOfChinaDay(effective_day),
                                 DeadlineRule::kCalendar, kWindowDays);
}

absl::StatusOr<Clock> StartReferralClock(const calendar::Calendar& calendar,
                                         const Referral& referral, ReferralState state,
                                         ReferralEvent event, absl::Time now,
                                         std::optional<absl::CivilDay> until) {
  switch (state) {
    case S::kGuided:
      return Count(calendar, kConsent, now);
    case S::kConsented:
    case S::kDeclined:
      return Count(calendar, kSend, now);
    case S::kSent:
      return Count(calendar, kAccept, now);
    case S::kAccepted:
      if (until) {
        Clock clock =
            Until(kAppointed.kind, *until, "extended with every party's consent (SIM 27)", now);
        // The limit began when the materials were signed for, and goes on.
        clock.start_time = referral.clock.start_time;
        return clock;
      }
      return Count(calendar, MediationLimit(referral), now);
    case S::kAgreed:
      return AgreedClock(calendar, referral, event, now);
    case S::kReturned:
    case S::kClosedRefused:
    case S::kClosedLapsed:
      return Count(calendar, kCourtAction, now);
    default:
      return Clock{};
  }
}

absl::StatusOr<Clock> StartConfirmationClock(const calendar::Calendar& calendar,
                                             ConfirmationState state, ConfirmationEvent event,
                                             absl::Time now, absl::CivilDay window,
                                             const RulingLimit& limit) {
  const std::string_view kind = ClockOf(state).kind;
  switch (state) {
    case ConfirmationState::kDraft:
    case ConfirmationState::kJointlyApplied:
      return Until(kind, window, "30 days from the day the agreement took effect (PML 33, CPL 205)",
                   now);
    case ConfirmationState::kSubmitted:
    case ConfirmationState::kAccepted:
      if (event == ConfirmationEvent::kClockExpired) {
        return Count(calendar, Length{kind, DeadlineRule::kWorking, kReminderDays, ""}, now);
      }
      if (state == ConfirmationState::kSubmitted) return Count(calendar, kAcceptance, now);
      return Count(calendar, Length{kind, limit.rule, limit.length, limit.source}, now);
    default:
      return Clock{};
  }
}

}  // namespace maplebridge::docking
