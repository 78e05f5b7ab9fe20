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
// $1 now. One row; another replica's are passed over.
constexpr Statement kClaim{"deadline_claim", R"(
  SELECT resource, kind, due_day, due_time, provisional FROM deadlines
  WHERE state = 'RUNNING' AND next_attempt <= $1
  ORDER BY next_attempt
  LIMIT 1
  FOR UPDATE SKIP LOCKED)"};
constexpr Statement kExpire{"deadline_expire", R"(
  UPDATE deadlines SET state = 'EXPIRED'
  WHERE resource = $1 AND kind = $2 AND state = 'RUNNING')"};
// What failed is tried again, later and later, so that one bad row does not stop the rest.
constexpr Statement kPostpone{"deadline_postpone", R"(
  UPDATE deadlines
  SET attempts = attempts + 1,
      next_attempt = $3::timestamptz + least(power(2, least(attempts, 10)), 600) * interval '1 second'
  WHERE resource = $1 AND kind = $2)"};

constexpr absl::Duration kPoll = absl::Seconds(1);

// What expiry does is done at the clock's time: a reminder counted from another one could be due at
// once, for ever.
Call ClockCall(absl::Time now) {
  const Call own = OwnCall("services/clock", absl::Seconds(20));
  Call::Values values;
  values.caller = std::make_shared<Caller>(own.caller());
  values.now = now;
  values.deadline = own.deadline();
  values.trace_id = own.trace_id();
  return Call(std::move(values));
}

}  // namespace

Task<absl::Status> SetDeadline(postgres::Transaction& transaction, const Call& call,
                               const DeadlineRow& row, const std::string& reason) {
  auto set = co_await transaction.Execute(kSet, row.resource, row.kind, row.due_day, row.due_time,
                                          row.provisional);
  if (!set.ok()) co_return set.status();
  auto recorded = co_await transaction.Execute(kRecord, row.resource, row.kind, call.now(), reason,
                                               call.caller().principal);
  co_return recorded.status();
}

Task<absl::Status> MeetDeadline(postgres::Transaction& transaction, const Call& call,
                                const std::string& resource, const std::string& kind) {
  auto met =
      co_await transaction.Execute(kMeet, resource, kind, call.now(), call.caller().principal);
  co_return met.status();
}

Task<absl::StatusOr<int>> ExpireDue(postgres::Database& database, const DeadlineEffect& effect,
                                    absl::Time now, std::function<bool()> stop) {
  int expired = 0;
  while (true) {
    if (stop && stop()) co_return expired;
    DeadlineRow row;
    bool found = false;
    std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
        [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
      found = false;
      auto claimed = co_await transaction.Execute(kClaim, now);
      if (!claimed.ok()) co_return claimed.status();
      if (claimed->empty()) co_return false;
      found = true;
      row.resource = (*claimed)[0].Text(0);
      row.kind = (*claimed)[0].Text(1);
      row.due_day = (*claimed)[0].Day(2);
      row.due_time = (*claimed)[0].Time(3);
      row.provisional = (*claimed)[0].Bool(4);
      auto marked = co_await transaction.Execute(kExpire, row.resource, row.kind);
      if (!marked.ok()) co_return marked.status();
      Call call = ClockCall(now);
      auto history = co_await transaction.Execute(kRecord, row.resource, row.kind, now,
                                                  std::string("expired"), call.caller().principal);
      if (!history.ok()) co_return history.status();
      absl::Status done = co_await effect(transaction, call, row);
      if (!done.ok()) co_return done;
      co_return true;
    };
    auto done = co_await database.Transact<bool>(absl::Now() + absl::Seconds(20), body);
    if (done.ok()) {
      if (!*done) co_return expired;
      ++expired;
      continue;
    }
    if (!found || done.status().code() == absl::StatusCode::kUnavailable) co_return done.status();
    Log(LogLevel::kError, "expiry failed, will try again",
        {{"resource", row.resource},
         {"kind", row.kind},
         {"status", std::string(done.status().message())}});
    auto postponed = co_await database.Query(absl::Now() + absl::Seconds(5), kPostpone,
                                             row.resource, row.kind, now);
    if (!postponed.ok()) co_return postponed.status();
  }
}

Task<void> RunDeadlines(postgres::Database& database, DeadlineEffect effect,
                        std::function<absl::Time()> now, std::function<bool()> stop) {
  while (!stop()) {
    co_await ExpireDue(database, effect, now(), stop);
    co_await Sleep(kPoll);
  }
}

}  // namespace maplebridge
