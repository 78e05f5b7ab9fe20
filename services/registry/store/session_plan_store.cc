#include "services/registry/store/session_plan_store.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

// $1 key: waits for another who takes the same.
constexpr Statement kLockKey{"booking_lock", R"(
  SELECT pg_advisory_xact_lock(hashtextextended($1, 12))::text)"};
// $1 kinds, $2 keys, $3 and $4 time.
constexpr Statement kTaken{"bookings_taken", R"(
  SELECT b.kind, b.key, lower(b.during), upper(b.during)
  FROM session_bookings b JOIN unnest($1::text[], $2::text[]) AS t (kind, key)
       ON b.kind = t.kind AND b.key = t.key
  WHERE b.during && tstzrange($3::timestamptz, $4::timestamptz)
  ORDER BY lower(b.during), b.kind, b.key
  LIMIT 1)"};
// $1 kind, $2 key, $3 and $4 time, $5 dispute, $6 ordinal.
constexpr Statement kTake{"booking_insert", R"(
  INSERT INTO session_bookings (kind, key, during, dispute, ordinal)
  VALUES ($1, $2, tstzrange($3::timestamptz, $4::timestamptz), $5, $6)
  ON CONFLICT (dispute, ordinal, kind, key) DO NOTHING)"};
constexpr Statement kFree{"bookings_free", R"(
  DELETE FROM session_bookings WHERE dispute = $1 AND ordinal = $2)"};
// $1 dispute, $2 reason.
constexpr Statement kCancelAll{"planned_sessions_cancel", R"(
  UPDATE planned_sessions SET state = 'CANCELLED', reason = $2
  WHERE dispute = $1 AND state = 'PLANNED')"};
constexpr Statement kFreeAll{"bookings_free_all", R"(
  DELETE FROM session_bookings WHERE dispute = $1)"};

// In the order of the parameters of Values.
constexpr Statement kInsert{"planned_session_insert", R"(
  INSERT INTO planned_sessions (dispute, ordinal, state, start_time, end_time, place, room,
                                recorded, move_count, reason, organisation, kind, online_room,
                                mediators, party_ids, create_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text[], $15::text[], $16,
          $17))"};
constexpr Statement kUpdate{"planned_session_update", R"(
  UPDATE planned_sessions
  SET state = $3, start_time = $4, end_time = $5, place = $6, room = $7, recorded = $8,
      move_count = $9, reason = $10
  WHERE dispute = $1 AND ordinal = $2)"};
#define MB_PLANNED_COLUMNS \
  "dispute, ordinal, state, start_time, end_time, place, room, recorded, move_count, reason, "    \
  "organisation, kind, online_room, " MB_TEXTS("mediators") ", " MB_TEXTS("party_ids") ", " \
  "create_time, EXISTS (SELECT FROM sessions s WHERE s.dispute = planned_sessions.dispute AND "   \
  "s.planned_session = planned_sessions.ordinal)"
// $1 dispute, $2 ordinal.
constexpr Statement kRead{"planned_session_read", "SELECT " MB_PLANNED_COLUMNS
                                                  " FROM planned_sessions"
                                                  " WHERE dispute = $1 AND ordinal = $2"};
// $1 dispute, $2 after, $3 limit.
constexpr Statement kList{"planned_sessions_list", "SELECT " MB_PLANNED_COLUMNS
                                                   " FROM planned_sessions"
                                                   " WHERE dispute = $1 AND ordinal > $2"
                                                   " ORDER BY ordinal LIMIT $3::bigint"};
// $1 organisation, $2 and $3 time, $4 mediator or empty, $5 to $7 last seen, $8 limit. A session
// lasts 12 hours at most, so those that touch the time begin no earlier than that before it.
constexpr Statement kCalendar{
    "planned_sessions_calendar",
    "SELECT " MB_PLANNED_COLUMNS
    " FROM planned_sessions"
    " WHERE organisation = $1 AND state = 'PLANNED'"
    " AND start_time > $2::timestamptz - interval '12 hours' AND start_time < $3::timestamptz"
    " AND end_time > $2::timestamptz"
    " AND ($4 = '' OR $4 = ANY(mediators))"
    " AND (start_time, dispute, ordinal) > ($5::timestamptz, $6, $7::int)"
    " ORDER BY start_time, dispute, ordinal LIMIT $8::bigint"};

// $1 disputes.
constexpr Statement kReadNotices{"session_notices_read", R"(
  SELECT dispute, planned_session, party_id, method, told_time, evidence, move_count, is_late
  FROM session_notices
  WHERE dispute = ANY($1::text[])
  ORDER BY dispute, planned_session, dispute_revision)"};
constexpr Statement kReadConsents{"recording_consents_read", R"(
  SELECT DISTINCT ON (dispute, planned_session, party_id)
         dispute, planned_session, party_id, decision, evidence, decision_time
  FROM recording_consents
  WHERE dispute = ANY($1::text[])
  ORDER BY dispute, planned_session, party_id, dispute_revision DESC)"};
constexpr Statement kReadAttendances{"session_attendances_read", R"(
  SELECT dispute, planned_session, party_id, attendance, explanation
  FROM session_attendances
  WHERE dispute = ANY($1::text[])
  ORDER BY dispute, planned_session, party_id)"};

// $1 dispute, $2 session, $3 revision, $4 party, $5 method, $6 told, $7 evidence, $8 moves, $9
// late, $10 principal.
constexpr Statement kInsertNotice{"session_notice_insert", R"(
  INSERT INTO session_notices (dispute, planned_session, dispute_revision, party_id, method,
                               told_time, evidence, move_count, is_late, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))"};
// $1 dispute, $2 session, $3 revision, $4 party, $5 decision, $6 evidence, $7 time, $8 principal.
constexpr Statement kInsertConsent{"recording_consent_insert", R"(
  INSERT INTO recording_consents (dispute, planned_session, dispute_revision, party_id, decision,
                                  evidence, decision_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"};
// $1 dispute, $2 session, $3 party, $4 attendance, $5 explanation.
constexpr Statement kInsertAttendance{"session_attendance_insert", R"(
  INSERT INTO session_attendances (dispute, planned_session, party_id, attendance, explanation)
  VALUES ($1, $2, $3, $4, $5))"};

// The first ten of kInsert and kUpdate.
postgres::Parameters Values(const PlannedSession& session) {
  return postgres::Parameters::Of(session.dispute, session.ordinal, session.state,
                                  session.start_time, session.end_time, session.place, session.room,
                                  session.recorded, session.move_count, session.reason);
}

PlannedSession SessionOf(const Row& row) {
  PlannedSession session;
  session.dispute = row.Text(0);
  session.ordinal = static_cast<int>(row.Int64(1));
  session.state = row.Text(2);
  session.start_time = row.Time(3);
  session.end_time = row.Time(4);
  session.place = row.Text(5);
  session.room = row.Text(6);
  session.recorded = row.Bool(7);
  session.move_count = static_cast<int>(row.Int64(8));
  session.reason = row.Text(9);
  session.organisation = row.Text(10);
  session.kind = row.Text(11);
  session.online_room = row.Text(12);
  session.mediators = TextsOf(row.View(13));
  session.party_ids = TextsOf(row.View(14));
  session.create_time = row.Time(15);
  session.is_recorded_as_session = row.Bool(16);
  return session;
}

std::vector<postgres::Command> PartCommands(const std::vector<std::string>& disputes) {
  const std::string array = TextArray(disputes);
  std::vector<postgres::Command> commands;
  for (const Statement* statement : {&kReadNotices, &kReadConsents, &kReadAttendances}) {
    commands.push_back({statement, postgres::Parameters::Of(array)});
  }
  return commands;
}

void AddParts(const std::vector<Result>& results, std::vector<PlannedSession>* sessions) {
  std::map<std::pair<std::string, std::int64_t>, PlannedSession*> by_name;
  for (PlannedSession& session : *sessions) by_name[{session.dispute, session.ordinal}] = &session;
  const auto owner = [&](const Row& row) {
    const auto found = by_name.find({row.Text(0), row.Int64(1)});
    return found == by_name.end() ? nullptr : found->second;
  };
  for (int i = 0; i < results[0].size(); ++i) {
    const Row row = results[0][i];
    if (PlannedSession* session = owner(row)) {
      session->notices.push_back({row.Text(2), row.Text(3), row.Time(4), row.Text(5),
                                  static_cast<int>(row.Int64(6)), row.Bool(7)});
    }
  }
  for (int i = 0; i < results[1].size(); ++i) {
    const Row row = results[1][i];
    if (PlannedSession* session = owner(row)) {
      session->consents.push_back({row.Text(2), row.Text(3), row.Text(4), row.Time(5)});
    }
  }
  for (int i = 0; i < results[2].size(); ++i) {
    const Row row = results[2][i];
    if (PlannedSession* session = owner(row)) {
      session->attendances.push_back({row.Text(2), row.Text(3), row.Text(4)});
    }
  }
}

}  // namespace

Task<absl::StatusOr<std::optional<TakenBooking>>> TakeBookings(postgres::Transaction& transaction,
                                                               const PlannedSession& session,
                                                               std::vector<Booking> bookings) {
  std::sort(bookings.begin(), bookings.end(), [](const Booking& left, const Booking& right) {
    return std::tie(left.kind, left.key) < std::tie(right.kind, right.key);
  });
  std::vector<postgres::Command> locks, takes;
  std::vector<std::string> kinds, keys;
  for (const Booking& booking : bookings) {
    locks.push_back(
        {&kLockKey, postgres::Parameters::Of(absl::StrCat(booking.kind, "/", booking.key))});
    takes.push_back(
        {&kTake, postgres::Parameters::Of(booking.kind, booking.key, session.start_time,
                                          session.end_time, session.dispute, session.ordinal)});
    kinds.push_back(booking.kind);
    keys.push_back(booking.key);
  }
  auto locked = co_await transaction.ExecuteAll(std::move(locks));
  if (!locked.ok()) co_return locked.status();
  auto rows = co_await transaction.Execute(kTaken, TextArray(kinds), TextArray(keys),
                                           session.start_time, session.end_time);
  if (!rows.ok()) co_return rows.status();
  if (!rows->empty()) {
    TakenBooking taken;
    for (const Booking& booking : bookings) {
      if (booking.kind == (*rows)[0].View(0) && booking.key == (*rows)[0].View(1)) {
        taken.booking = booking;
      }
    }
    taken.start_time = (*rows)[0].Time(2);
    taken.end_time = (*rows)[0].Time(3);
    co_return std::optional<TakenBooking>(std::move(taken));
  }
  auto stored = co_await transaction.ExecuteAll(std::move(takes));
  if (!stored.ok()) co_return stored.status();
  co_return std::optional<TakenBooking>();
}

Task<absl::Status> FreeBookings(postgres::Transaction& transaction, const PlannedSession& session) {
  auto freed = co_await transaction.Execute(kFree, session.dispute, session.ordinal);
  co_return freed.status();
}

Task<absl::Status> CancelPlannedSessions(postgres::Transaction& transaction,
                                         const std::string& dispute, const std::string& reason) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kCancelAll, postgres::Parameters::Of(dispute, reason)});
  commands.push_back({&kFreeAll, postgres::Parameters::Of(dispute)});
  auto cancelled = co_await transaction.ExecuteAll(std::move(commands));
  co_return cancelled.status();
}

Task<absl::Status> InsertPlannedSession(postgres::Transaction& transaction,
                                        const PlannedSession& session,
                                        const std::string& principal) {
  postgres::Parameters p = Values(session);
  p.Add(session.organisation);
  p.Add(session.kind);
  p.Add(session.online_room);
  p.Add(TextArray(session.mediators));
  p.Add(TextArray(session.party_ids));
  p.Add(session.create_time);
  p.Add(principal);
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(p));
  co_return inserted.status();
}

Task<absl::Status> UpdatePlannedSession(postgres::Transaction& transaction,
                                        const PlannedSession& session) {
  auto updated = co_await transaction.ExecuteWith(kUpdate, Values(session));
  co_return updated.status();
}

Task<absl::Status> InsertNotice(postgres::Transaction& transaction, const StepRecord& step,
                                int planned_session, const SessionNotice& notice) {
  auto inserted = co_await transaction.Execute(kInsertNotice, step.dispute, planned_session,
                                               step.dispute_revision, notice.party_id,
                                               notice.method, notice.told_time, notice.evidence,
                                               notice.move_count, notice.is_late, step.principal);
  co_return inserted.status();
}

Task<absl::Status> InsertConsent(postgres::Transaction& transaction, const StepRecord& step,
                                 int planned_session, const RecordingConsent& consent) {
  auto inserted = co_await transaction.Execute(
      kInsertConsent, step.dispute, planned_session, step.dispute_revision, consent.party_id,
      consent.decision, consent.evidence, consent.decision_time, step.principal);
  co_return inserted.status();
}

Task<absl::Status> InsertAttendances(postgres::Transaction& transaction,
                                     const PlannedSession& session) {
  std::vector<postgres::Command> commands;
  for (const SessionAttendance& each : session.attendances) {
    commands.push_back({&kInsertAttendance,
                        postgres::Parameters::Of(session.dispute, session.ordinal, each.party_id,
                                                 each.attendance, each.explanation)});
  }
  auto inserted = co_await transaction.ExecuteAll(std::move(commands));
  co_return inserted.status();
}

Task<absl::StatusOr<PlannedSession>> ReadPlannedSession(postgres::Transaction& transaction,
                                                        const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kRead, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/plannedSessions/", ordinal));
  }
  std::vector<PlannedSession> found;
  found.push_back(SessionOf((*rows)[0]));
  const std::vector<std::string> disputes{dispute};
  auto parts = co_await transaction.ExecuteAll(PartCommands(disputes));
  if (!parts.ok()) co_return parts.status();
  AddParts(*parts, &found);
  co_return std::move(found[0]);
}

Task<absl::StatusOr<std::vector<PlannedSession>>> ListPlannedSessions(
    postgres::Database& database, absl::Time deadline, const PlannedSessionFilter& filter) {
  absl::StatusOr<Result> rows = absl::UnknownError("");
  if (!filter.dispute.empty()) {
    rows = co_await database.Query(deadline, kList, filter.dispute, filter.after,
                                   std::int64_t{filter.limit});
  } else {
    rows = co_await database.Query(deadline, kCalendar, filter.organisation, filter.start_time,
                                   filter.end_time, filter.mediator, filter.after_time,
                                   filter.after_dispute, filter.after, std::int64_t{filter.limit});
  }
  if (!rows.ok()) co_return rows.status();
  std::vector<PlannedSession> found;
  std::vector<std::string> disputes;
  for (int i = 0; i < rows->size(); ++i) {
    found.push_back(SessionOf((*rows)[i]));
    disputes.push_back(found.back().dispute);
  }
  auto parts = co_await database.QueryAll(deadline, PartCommands(disputes));
  if (!parts.ok()) co_return parts.status();
  AddParts(*parts, &found);
  co_return found;
}

}  // namespace maplebridge::registry
