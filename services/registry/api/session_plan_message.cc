#include "services/registry/api/session_plan_message.h"

#include "common/status/macros.h"
#include "services/registry/api/words.h"

namespace maplebridge::registry {
namespace {

void FillNotices(v1::PlannedSession* message, const PlannedSession& session) {
  for (const SessionNotice& notice : session.notices) {
    v1::SessionNotice* added = message->add_notices();
    added->set_party_id(notice.party_id);
    added->set_method(EnumOf<v1::NoticeMethod>("NOTICE_METHOD_", notice.method));
    SetTime(added->mutable_told_time(), notice.told_time);
    added->set_evidence(notice.evidence);
    added->set_is_late(notice.is_late);
    added->set_is_current(notice.move_count == session.move_count);
  }
}

}  // namespace

void FillPlannedSession(v1::PlannedSession* message, const PlannedSession& session) {
  message->set_name(session.name());
  message->set_state(EnumOf<v1::PlannedSessionState>("PLANNED_SESSION_STATE_", session.state));
  message->set_kind(EnumOf<v1::SessionKind>("SESSION_KIND_", session.kind));
  SetTime(message->mutable_start_time(), session.start_time);
  SetTime(message->mutable_end_time(), session.end_time);
  message->set_place(session.place);
  message->set_room(session.room);
  message->set_online_room(session.online_room);
  for (const std::string& mediator : session.mediators) message->add_mediators(mediator);
  for (const std::string& party : session.party_ids) message->add_party_ids(party);
  FillNotices(message, session);
  for (const RecordingConsent& consent : session.consents) {
    v1::RecordingConsent* added = message->add_recording_consents();
    added->set_party_id(consent.party_id);
    added->set_decision(EnumOf<v1::RecordingDecision>("RECORDING_DECISION_", consent.decision));
    added->set_evidence(consent.evidence);
    SetTime(added->mutable_decision_time(), consent.decision_time);
  }
  for (const SessionAttendance& each : session.attendances) {
    v1::SessionAttendance* added = message->add_attendances();
    added->set_party_id(each.party_id);
    added->set_attendance(EnumOf<v1::Attendance>("ATTENDANCE_", each.attendance));
    added->set_explanation(each.explanation);
  }
  message->set_recorded(session.recorded);
  message->set_move_count(session.move_count);
  message->set_reason(session.reason);
  SetTime(message->mutable_create_time(), session.create_time);
}

v1::PlannedSession PlannedSessionMessage(const PlannedSession& session) {
  v1::PlannedSession message;
  FillPlannedSession(&message, session);
  return message;
}

absl::StatusOr<PlannedSession> PlanOf(const Call& call, const v1::PlannedSession& message) {
  FieldCheck check;
  PlannedSession session;
  auto start = TimeOf(message.start_time());
  auto end = TimeOf(message.end_time());
  check.Check("planned_session.start_time", start.status());
  check.Check("planned_session.end_time", end.status());
  MB_RETURN_IF_ERROR(check.status());
  session.state = "PLANNED";
  session.kind = WordOf("SESSION_KIND_", message.kind());
  session.start_time = *start;
  session.end_time = *end;
  session.place = message.place();
  session.room = message.room();
  session.mediators.assign(message.mediators().begin(), message.mediators().end());
  session.party_ids.assign(message.party_ids().begin(), message.party_ids().end());
  session.create_time = call.now();
  AddViolations(&check, "planned_session.", CheckPlan(session, call.now()));
  MB_RETURN_IF_ERROR(check.status());
  return session;
}

absl::StatusOr<SessionNotice> NoticeOf(const Call& call, const v1::SessionNotice& message) {
  FieldCheck check;
  SessionNotice notice;
  auto told = TimeOf(message.told_time());
  check.Check("notice.told_time", told.status());
  if (told.ok()) {
    notice.told_time = *told;
    check.Require(*told <= call.now(), "notice.told_time", "must not be in the future");
  }
  const std::string wrong = CheckText(message.evidence(), 1, 500);
  check.Require(wrong.empty(), "notice.evidence", wrong);
  MB_RETURN_IF_ERROR(check.status());
  notice.party_id = message.party_id();
  notice.method = WordOf("NOTICE_METHOD_", message.method());
  notice.evidence = message.evidence();
  return notice;
}

absl::StatusOr<RecordingConsent> ConsentOf(const Call& call, const v1::RecordingConsent& message) {
  const std::string wrong = CheckText(message.evidence(), 1, 500);
  if (!wrong.empty()) return FieldError("consent.evidence", wrong);
  RecordingConsent consent;
  consent.party_id = message.party_id();
  consent.decision = WordOf("RECORDING_DECISION_", message.decision());
  consent.evidence = message.evidence();
  consent.decision_time = call.now();
  return consent;
}

std::vector<SessionAttendance> AttendancesOf(const v1::RecordAttendanceRequest& request) {
  std::vector<SessionAttendance> attendances;
  for (const v1::SessionAttendance& each : request.attendances()) {
    attendances.push_back(
        {each.party_id(), WordOf("ATTENDANCE_", each.attendance()), each.explanation()});
  }
  return attendances;
}

}  // namespace maplebridge::registry
