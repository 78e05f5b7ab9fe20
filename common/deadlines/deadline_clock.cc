#include "common/deadlines/deadline_clock.h"

#include "common/logging/log.h"

namespace maplebridge {
namespace {

using postgres::Statement;

// $1 resource, $2 kind, $3 due day, $4 due time, $5 provisional.
constexpr Statement kSet{"deadline_set", R"(
  INSERT INTO deadlines (resource, kind, due_day, due_time, provisional, state, next_attempt)
  VALUES ($1, $2, $3, $4, $5, 'RUNNING', $4)
  ON CONFLICT (resource, kind) DO UPDATE
  SET due_day = excluded.due_day, due_time = excluded.due_time,
      provisional = excluded.provisional, state = 'RUNNING', attempts = 0,
      next_attempt = excluded.due_time)"};
// $1 resource, $2 kind, $3 now, $4 reason, $5 actor.
constexpr Statement kRecord{"deadline_record", R"(
  INSERT INTO deadline_changes (resource, kind, change_time, due_day, state, reason, actor)
  SELECT resource, kind, $3, due_day, state, $4, $5
  FROM deadlines WHERE resource = $1 AND kind = $2)"};
// $1 resource, $2 kind or "", $3 now, $4 actor.
constexpr Statement kMeet{"deadline_meet", R"(
  WITH met AS (
    UPDATE deadlines SET state = 'MET'
    WHERE resource = $1 AND ($2::text = '' OR kind = $2::text) AND state = 'RUNNING'
    RETURNING resource, kind, due_day, state)
  INSERT INTO deadline_changes (resource, kind, change_time, due_day, state, reason, actor)
  SELECT resource, kind, $3::timestamptz, due_day, state, 'met', $4 FROM met)"};
// The first due row after a place in the round: $1 now, $2 next attempt, $3 resource, $4 kind.
constexpr Statement kNext{"deadline_next", R"(
  SELECT resource, kind, due_day, due_time, provisional, next_attempt FROM deadlines
  WHERE state = 'RUNNING' AND next_attempt <= $1
    AND (next_attempt, resource, kind) > ($2::timestamptz, $3::text, $4::text)
  ORDER BY next_attempt, resource, kind
  LIMIT 1)"};
// $1 resource, $2 kind. False while another replica is at it.
constexpr Statement kTurn{"deadline_turn",
                          "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))"};
// $1 resource, $2 kind, $3 now. No row when it was met or moved meanwhile.
constexpr Statement kExpire{"deadline_expire", R"(
  UPDATE deadlines SET state = 'EXPIRED'
  WHERE resource = $1 AND kind = $2 AND state = 'RUNNING' AND next_attempt <= $3
  RETURNING due_day, due_time, provisional)"};
// What failed is tried again, later and later, so that one bad row does not stop the rest.
constexpr Statement kPostpone{"deadline_postpone", R"(
  UPDATE deadlines
  SET attempts = attempts + 1,
      next_attempt = $3::timestamptz + least(power(2, least(attempts, 10)), 600) * interval '1 second'
  WHERE resource = $1 AND kind = $2)"};

constexpr absl::Duration kPoll = absl::Seconds(1);
constexpr absl::Duration kPatience = absl::Seconds(20);

struct Candidate {
  DeadlineRow row;
  absl::Time next_attempt = absl::UnixEpoch();
};

Candidate ReadCandidate(const postgres::Row& columns) {
  Candidate candidate;
  candidate.row.resource = columns.Text(0);
  candidate.row.kind = columns.Text(1);
  candidate.row.due_day = columns.Day(2);
  candidate.row.due_time = columns.Time(3);
  candidate.row.provisional = columns.Bool(4);
  candidate.next_attempt = columns.Time(5);
  return candidate;
}

// What expiry does is done at the clock's time: a reminder counted from another one could be due at
// once, for ever.
Call ClockCall(absl::Time now) {
  const Call own = OwnCall("services/clock", kPatience);
  Call::Values values;
  values.caller = std::make_shared<Caller>(own.caller());
  values.now = now;
  values.deadline = own.deadline();
  values.trace_id = own.trace_id();
  return Call(std::move(values));
}

// False when another replica, or a step that met or moved the clock, was faster.
Task<absl::StatusOr<bool>> Expire(postgres::Database& database, const DeadlineWork& work,
                                  const DeadlineRow& candidate, absl::Time now) {
  Call call = ClockCall(now);
  if (work.prepare) {
    absl::Status prepared = co_await work.prepare(call, candidate);
    if (!prepared.ok()) co_return prepared;
  }
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    auto turn = co_await transaction.Execute(kTurn, candidate.resource, candidate.kind);
    if (!turn.ok()) co_return turn.status();
    if (!(*turn)[0].Bool(0)) co_return false;
    absl::Status locked = co_await work.lock(transaction, candidate);
    if (!locked.ok()) co_return locked;
    auto taken = co_await transaction.Execute(kExpire, candidate.resource, candidate.kind, now);
    if (!taken.ok()) co_return taken.status();
    if (taken->empty()) co_return false;
    DeadlineRow row = candidate;
    row.due_day = (*taken)[0].Day(0);
    row.due_time = (*taken)[0].Time(1);
    row.provisional = (*taken)[0].Bool(2);
    const std::string reason = "expired";
    auto recorded = co_await transaction.Execute(kRecord, row.resource, row.kind, now, reason,
                                                 call.caller().principal);
    if (!recorded.ok()) co_return recorded.status();
    absl::Status done = co_await work.effect(transaction, call, row);
    if (!done.ok()) co_return done;
    co_return true;
  };
  co_return co_await database.Transact<bool>(absl::Now() + kPatience, body);
}

}  // namespace

Task<absl::Status> SetDeadline(postgres::Transaction& transaction, const Call& call,
                               const DeadlineRow& row, const std::string& reason) {
  const std::vector<DeadlineRow> rows{row};
  co_return co_await SetDeadlines(transaction, call, rows, reason);
}

Task<absl::Status> SetDeadlines(postgres::Transaction& transaction, const Call& call,
                                const std::vector<DeadlineRow>& rows, const std::string& reason) {
  if (rows.empty()) co_return absl::OkStatus();
  for (const DeadlineRow& row : rows) {
    transaction.Later({&kSet, postgres::Parameters::Of(row.resource, row.kind, row.due_day,
                                                       row.due_time, row.provisional)});
    transaction.Later({&kRecord, postgres::Parameters::Of(row.resource, row.kind, call.now(),
                                                          reason, call.caller().principal)});
  }
  co_return absl::OkStatus();
}

Task<absl::Status> MeetDeadline(postgres::Transaction& transaction, const Call& call,
                                const std::string& resource, const std::string& kind) {
  const std::vector<std::string> resources{resource};
  co_return co_await MeetDeadlines(transaction, call, resources, kind);
}

Task<absl::Status> MeetDeadlines(postgres::Transaction& transaction, const Call& call,
                                 const std::vector<std::string>& resources,
                                 const std::string& kind) {
  if (resources.empty()) co_return absl::OkStatus();
  for (const std::string& resource : resources) {
    transaction.Later(
        {&kMeet, postgres::Parameters::Of(resource, kind, call.now(), call.caller().principal)});
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<int>> ExpireDue(postgres::Database& database, const DeadlineWork& work,
                                    absl::Time now, std::function<bool()> stop) {
  int expired = 0;
  Candidate candidate;
  while (!stop || !stop()) {
    auto found =
        co_await database.Query(absl::Now() + kPatience, kNext, now, candidate.next_attempt,
                                candidate.row.resource, candidate.row.kind);
    if (!found.ok()) co_return found.status();
    if (found->empty()) break;
    candidate = ReadCandidate((*found)[0]);
    auto done = co_await Expire(database, work, candidate.row, now);
    if (done.ok()) {
      if (*done) ++expired;
      continue;
    }
    if (absl::IsUnavailable(done.status())) co_return done.status();
    Log(LogLevel::kError, "expiry failed, will try again",
        {{"resource", candidate.row.resource},
         {"kind", candidate.row.kind},
         {"status", std::string(done.status().message())}});
    auto postponed = co_await database.Query(absl::Now() + kPatience, kPostpone,
                                             candidate.row.resource, candidate.row.kind, now);
    if (!postponed.ok()) co_return postponed.status();
  }
  co_return expired;
}

Task<void> RunDeadlines(postgres::Database& database, DeadlineWork work,
                        std::function<absl::Time()> now, std::function<bool()> stop) {
  while (!stop()) {
    auto expired = co_await ExpireDue(database, work, now(), stop);
    if (!expired.ok()) {
      Log(LogLevel::kWarning, "clocks cannot be ended",
          {{"status", std::string(expired.status().message())}});
    }
    co_await Sleep(kPoll);
  }
}

}  // namespace maplebridge
