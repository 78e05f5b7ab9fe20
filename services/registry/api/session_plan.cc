#include "services/registry/api/session_plan.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "common/server/resource_id.h"
#include "services/registry/api/change_dispute.h"
#include "services/registry/api/file_page.h"
#include "services/registry/api/session_plan_message.h"
#include "services/registry/api/words.h"
#include "services/registry/store/session_plan_store.h"

namespace maplebridge::registry {
namespace {

constexpr char kCollection[] = "plannedSessions";
constexpr absl::Duration kLongestCalendar = absl::Hours(366 * 24);

// A change of a session that is planned; what it answers is stored.
using SessionChange =
    std::function<Task<absl::Status>(postgres::Transaction&, OpenStep&, PlannedSession*)>;

// Everyone and everything that the session takes.
std::vector<Booking> BookingsOf(const Registry& registry, const Dispute& dispute,
                                const PlannedSession& session) {
  std::vector<Booking> bookings;
  for (const std::string& mediator : session.mediators) {
    bookings.push_back({"MEDIATOR", mediator, mediator});
  }
  if (!session.room.empty()) {
    bookings.push_back({"ROOM", absl::StrCat(session.organisation, "/", session.room),
                        "the room " + session.room});
  }
  for (const Party& party : dispute.parties) {
    const bool is_asked = std::find(session.party_ids.begin(), session.party_ids.end(),
                                    party.party_id) != session.party_ids.end();
    if (!is_asked || party.identity_number.empty()) continue;
    bookings.push_back({"PARTY",
                        absl::BytesToHexString(registry.keys.match->Hash(Word(party.identity_kind),
                                                                         party.identity_number)),
                        absl::StrCat(dispute.name(), "/parties/", party.party_id)});
  }
  return bookings;
}

// The time in China, for people.
std::string When(const TakenBooking& taken) {
  const absl::TimeZone china = absl::FixedTimeZone(8 * 3600);
  return absl::StrCat(absl::FormatTime("%Y-%m-%d %H:%M", taken.start_time, china), " to ",
                      absl::FormatTime("%H:%M", taken.end_time, china));
}

Task<absl::Status> Take(const Registry& registry, postgres::Transaction& transaction,
                        const Dispute& dispute, const PlannedSession& session) {
  auto taken = co_await TakeBookings(transaction, session, BookingsOf(registry, dispute, session));
  if (!taken.ok()) co_return taken.status();
  if (!taken->has_value()) co_return absl::OkStatus();
  co_return PreconditionError(
      reason::kGuardFailed, (*taken)->booking.label,
      absl::StrCat("is in another session from ", When(**taken),
                   " (China Standard Time); choose another time, or another mediator or room"));
}

absl::Status CheckPlanned(const Dispute& dispute, const PlannedSession& session) {
  MB_RETURN_IF_ERROR(CheckParties(dispute, "planned_session.party_ids", session.party_ids));
  for (const std::string& mediator : session.mediators) {
    const auto& assigned = dispute.mediators;
    if (std::find(assigned.begin(), assigned.end(), mediator) != assigned.end()) continue;
    return PreconditionError(reason::kGuardFailed, mediator,
                             "is not assigned to this dispute; call AssignMediators first");
  }
  return absl::OkStatus();
}

absl::Status RequireInvited(const PlannedSession& session, std::string_view field,
                            const std::string& party_id) {
  const auto& parties = session.party_ids;
  if (std::find(parties.begin(), parties.end(), party_id) != parties.end()) return absl::OkStatus();
  return FieldError(field, "is no party that the session was planned with");
}

PartReread<v1::PlannedSession> Reread() {
  return [](postgres::Transaction& transaction, const std::string& dispute,
            int ordinal) -> Task<absl::StatusOr<v1::PlannedSession>> {
    auto session = co_await ReadPlannedSession(transaction, dispute, ordinal);
    if (!session.ok()) co_return session.status();
    co_return PlannedSessionMessage(*session);
  };
}

// The frame of every change of a session that is planned: read, change, store.
template <typename Request>
Task<absl::StatusOr<v1::PlannedSession>> ChangeSession(Registry& registry, Call& call,
                                                       const Request& request,
                                                       const SessionChange& change) {
  MB_CO_ASSIGN_OR_RETURN(const PartName name, PartNameIn(kCollection, request.name()));
  StepRequest step_request;
  step_request.number = name.number;
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kPlanSession;
  PartBody<v1::PlannedSession> body =
      [&](postgres::Transaction& transaction,
          OpenStep& step) -> Task<absl::StatusOr<v1::PlannedSession>> {
    auto session = co_await ReadPlannedSession(transaction, name.number, name.ordinal);
    if (!session.ok()) co_return session.status();
    if (session->state != "PLANNED") {
      co_return StateForbidsError(session->name(), session->state, "a change of the plan");
    }
    absl::Status done = co_await change(transaction, step, &*session);
    if (!done.ok()) co_return done;
    done = co_await UpdatePlannedSession(transaction, *session);
    if (!done.ok()) co_return done;
    auto stored = co_await ReadPlannedSession(transaction, name.number, name.ordinal);
    if (!stored.ok()) co_return stored.status();
    co_return PlannedSessionMessage(*stored);
  };
  PartReread<v1::PlannedSession> read = Reread();
  co_return co_await ChangePart<v1::PlannedSession>(registry, call, request, step_request,
                                                    kCollection, body, read);
}

// The calendar that the caller asked for; FIELD_INVALID names a time.
absl::Status AddTimes(const Call& call, const v1::ListPlannedSessionsRequest& request,
                      PlannedSessionFilter* filter) {
  FieldCheck check;
  filter->start_time = call.now();
  if (request.has_start_time()) {
    auto start = TimeOf(request.start_time());
    check.Check("start_time", start.status());
    if (start.ok()) filter->start_time = *start;
  }
  filter->end_time = filter->start_time + absl::Hours(7 * 24);
  if (request.has_end_time()) {
    auto end = TimeOf(request.end_time());
    check.Check("end_time", end.status());
    if (end.ok()) filter->end_time = *end;
  }
  check.Require(filter->end_time > filter->start_time &&
                    filter->end_time <= filter->start_time + kLongestCalendar,
                "end_time", "must be after start_time, and at most 366 days after it");
  return check.status();
}

}  // namespace

Task<absl::StatusOr<v1::PlannedSession>> PlanSession(Registry& registry, Call& call,
                                                     const v1::PlanSessionRequest& request) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("parent", request.parent()));
  step_request.etag = request.etag();
  step_request.event = DisputeEvent::kPlanSession;
  MB_CO_ASSIGN_OR_RETURN(PlannedSession draft, PlanOf(call, request.planned_session()));
  if (draft.kind == "ONLINE") draft.online_room = RandomHex(16);
  PartBody<v1::PlannedSession> body =
      [&](postgres::Transaction& transaction,
          OpenStep& step) -> Task<absl::StatusOr<v1::PlannedSession>> {
    PlannedSession session = draft;
    MB_CO_RETURN_IF_ERROR(CheckPlanned(step.dispute, session));
    session.dispute = step.dispute.number;
    session.organisation = step.dispute.organisation;
    session.ordinal = ++step.dispute.planned_session_count;
    absl::Status done =
        co_await InsertPlannedSession(transaction, session, call.caller().principal);
    if (!done.ok()) co_return done;
    done = co_await Take(registry, transaction, step.dispute, session);
    if (!done.ok()) co_return done;
    co_return PlannedSessionMessage(session);
  };
  PartReread<v1::PlannedSession> read = Reread();
  co_return co_await ChangePart<v1::PlannedSession>(registry, call, request, step_request,
                                                    kCollection, body, read);
}

Task<absl::StatusOr<v1::PlannedSession>> MoveSession(Registry& registry, Call& call,
                                                     const v1::MoveSessionRequest& request) {
  FieldCheck check;
  auto start = TimeOf(request.start_time());
  auto end = TimeOf(request.end_time());
  check.Check("start_time", start.status());
  check.Check("end_time", end.status());
  const std::string wrong = CheckText(request.reason(), 1, 500);
  check.Require(wrong.empty(), "reason", wrong);
  MB_CO_RETURN_IF_ERROR(check.status());
  SessionChange change = [&](postgres::Transaction& transaction, OpenStep& step,
                             PlannedSession* session) -> Task<absl::Status> {
    session->start_time = *start;
    session->end_time = *end;
    if (!request.place().empty()) session->place = request.place();
    session->room = request.room();
    session->reason = request.reason();
    ++session->move_count;
    FieldCheck found;
    AddViolations(&found, "", CheckPlan(*session, call.now()));
    MB_CO_RETURN_IF_ERROR(found.status());
    MB_CO_RETURN_IF_ERROR(CheckPlanned(step.dispute, *session));
    absl::Status done = co_await FreeBookings(transaction, *session);
    if (!done.ok()) co_return done;
    co_return co_await Take(registry, transaction, step.dispute, *session);
  };
  co_return co_await ChangeSession(registry, call, request, change);
}

Task<absl::StatusOr<v1::PlannedSession>> CancelSession(Registry& registry, Call& call,
                                                       const v1::CancelSessionRequest& request) {
  if (std::string wrong = CheckText(request.reason(), 1, 500); !wrong.empty()) {
    co_return FieldError("reason", wrong);
  }
  SessionChange change = [&](postgres::Transaction& transaction, OpenStep&,
                             PlannedSession* session) -> Task<absl::Status> {
    session->state = "CANCELLED";
    session->reason = request.reason();
    co_return co_await FreeBookings(transaction, *session);
  };
  co_return co_await ChangeSession(registry, call, request, change);
}

Task<absl::StatusOr<v1::PlannedSession>> RecordNotice(Registry& registry, Call& call,
                                                      const v1::RecordNoticeRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const SessionNotice draft, NoticeOf(call, request.notice()));
  SessionChange change = [&](postgres::Transaction& transaction, OpenStep& step,
                             PlannedSession* session) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(RequireInvited(*session, "notice.party_id", draft.party_id));
    SessionNotice notice = draft;
    notice.move_count = session->move_count;
    notice.is_late = IsLateNotice(*session, notice.told_time);
    const StepRecord record = StepRecordOf(call, step);
    co_return co_await InsertNotice(transaction, record, session->ordinal, notice);
  };
  co_return co_await ChangeSession(registry, call, request, change);
}

Task<absl::StatusOr<v1::PlannedSession>> RecordRecordingConsent(
    Registry& registry, Call& call, const v1::RecordRecordingConsentRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const RecordingConsent consent, ConsentOf(call, request.consent()));
  SessionChange change = [&](postgres::Transaction& transaction, OpenStep& step,
                             PlannedSession* session) -> Task<absl::Status> {
    MB_CO_RETURN_IF_ERROR(RequireInvited(*session, "consent.party_id", consent.party_id));
    const StepRecord record = StepRecordOf(call, step);
    co_return co_await InsertConsent(transaction, record, session->ordinal, consent);
  };
  co_return co_await ChangeSession(registry, call, request, change);
}

Task<absl::StatusOr<v1::PlannedSession>> RecordAttendance(
    Registry& registry, Call& call, const v1::RecordAttendanceRequest& request) {
  SessionChange change = [&](postgres::Transaction& transaction, OpenStep&,
                             PlannedSession* session) -> Task<absl::Status> {
    if (call.now() < session->start_time) {
      co_return PreconditionError(reason::kGuardFailed, session->name(),
                                  "has not begun; attendance is recorded once it has");
    }
    session->attendances = AttendancesOf(request);
    FieldCheck check;
    AddViolations(&check, "", CheckAttendance(*session, session->attendances));
    MB_CO_RETURN_IF_ERROR(check.status());
    const std::vector<std::string> missing = WithoutConsent(*session, session->attendances);
    if (request.recorded() && !missing.empty()) {
      co_return PreconditionError(
          reason::kConsentMissing,
          absl::StrCat("disputes/", session->dispute, "/parties/", missing.front()),
          "recording needs the consent of everyone who came; missing: " +
              absl::StrJoin(missing, ", "));
    }
    session->recorded = request.recorded();
    session->state = "HELD";
    absl::Status done = co_await InsertAttendances(transaction, *session);
    if (!done.ok()) co_return done;
    co_return co_await FreeBookings(transaction, *session);
  };
  co_return co_await ChangeSession(registry, call, request, change);
}

Task<absl::StatusOr<v1::ListPlannedSessionsResponse>> ListPlannedSessionPage(
    Registry& registry, Call& call, const v1::ListPlannedSessionsRequest& request) {
  PlannedSessionFilter filter;
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  if (request.parent() == kAnyDispute) {
    filter.organisation = call.caller().organisation;
    filter.mediator = request.mediator();
    MB_CO_RETURN_IF_ERROR(RequireOrganisation(call.caller(), filter.organisation));
    MB_CO_RETURN_IF_ERROR(AddTimes(call, request, &filter));
  } else {
    auto page = co_await OpenFilePage(registry, call, request);
    if (!page.ok()) co_return page.status();
    filter.dispute = page->dispute;
  }
  std::int64_t micros = 0;
  if (token.size() == 3 && absl::SimpleAtoi(token[0], &micros) &&
      absl::SimpleAtoi(token[2], &filter.after)) {
    filter.after_time = absl::FromUnixMicros(micros);
    filter.after_dispute = token[1];
  }
  filter.limit = size + 1;
  auto sessions = co_await ListPlannedSessions(registry.database(call), call.deadline(), filter);
  if (!sessions.ok()) co_return sessions.status();
  v1::ListPlannedSessionsResponse response;
  for (const PlannedSession& session : *sessions) {
    if (response.planned_sessions_size() == size) {
      const PlannedSession& last = (*sessions)[static_cast<std::size_t>(size) - 1];
      response.set_next_page_token(MakePageToken(*registry.keys.match, request,
                                                 {absl::StrCat(absl::ToUnixMicros(last.start_time)),
                                                  last.dispute, absl::StrCat(last.ordinal)}));
      break;
    }
    FillPlannedSession(response.add_planned_sessions(), session);
  }
  co_return response;
}

}  // namespace maplebridge::registry
