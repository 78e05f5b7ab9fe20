#include "services/registry/store/reminder_store.h"

#include <algorithm>

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Statement;

// $1 before or NULL, $2 now, $3 and $4 last seen, $5 limit, $6 organisation, $7 court, $8 and $9
// division from and to, $10 kinds, $11 states of disputes. What ended and what ends are two lists,
// each cut to the page; what is open is filtered and sorted for each page.
#define MB_REMINDER_PART(rows, ended)                       \
  "(SELECT * FROM (" rows ") r WHERE " ended                \
  " AND kind = ANY($10::text[])"                            \
  " AND division BETWEEN $8::bigint AND $9::bigint"         \
  " AND ($6::text = '' OR organisation = $6::text)"         \
  " AND ($7::text = '' OR court = $7::text)"                \
  " AND (due_time, resource) > ($3::timestamptz, $4::text)" \
  " ORDER BY due_time, resource LIMIT $5::bigint)"
#define MB_REMINDERS(rows)          \
  MB_REMINDER_PART(rows, "overdue") \
  " UNION ALL " MB_REMINDER_PART(rows, "NOT overdue AND due_time <= $1::timestamptz")

// The day ends in China.
#define MB_END_OF(day) "(" day " + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"

// An agreement in effect shows its obligations, and the dispute only where it has none with a day.
#define MB_DISPUTE_ROWS                                                                       \
  "SELECT 'DISPUTE' AS kind, 'disputes/' || number AS resource, number AS dispute, category," \
  " state, organisation, division, court, clock, due_day, due_time, provisional, overdue"     \
  " FROM disputes d WHERE clock <> '' AND state = ANY($11::text[])"                           \
  " AND (state <> 'AGREED' OR NOT EXISTS (SELECT FROM dues u WHERE u.dispute = d.number"      \
  " AND u.state = 'OPEN' AND u.due_day IS NOT NULL))"
// An offer lapses at its end: it is never overdue.
#define MB_TRANSFER_ROWS                                                                         \
  "SELECT 'TRANSFER' AS kind, 'disputes/' || t.dispute || '/transfers/' || t.ordinal"            \
  " AS resource, t.dispute, d.category, d.state, t.to_organisation AS organisation, d.division," \
  " d.court, 'transfer' AS clock, t.due_day, t.due_time, t.provisional, false AS overdue"        \
  " FROM transfers t JOIN disputes d ON d.number = t.dispute WHERE t.state = 'OFFERED'"
#define MB_ESCALATION_ROWS                                                                \
  "SELECT 'ESCALATION' AS kind, 'disputes/' || e.dispute || '/escalations/' || e.ordinal" \
  " AS resource, e.dispute, d.category, d.state, e.organisation, e.division, d.court,"    \
  " 'escalation' AS clock, (e.due_time AT TIME ZONE 'Asia/Shanghai')::date AS due_day,"   \
  " e.due_time, false AS provisional, e.missed_count > 0 AS overdue"                      \
  " FROM escalations e JOIN disputes d ON d.number = e.dispute WHERE e.state = 'REPORTED'"
#define MB_RISK_ROWS                                                                            \
  "SELECT CASE WHEN organisation = '' THEN 'OBSERVED_RISK' ELSE 'RISK_ENTRY' END AS kind,"      \
  " 'riskEntries/' || risk_entry_id AS resource, '' AS dispute, category, state, organisation," \
  " division, '' AS court, clock, due_day, due_time, provisional, overdue"                      \
  " FROM risk_entries WHERE clock <> ''"
#define MB_MEASURE_ROWS \
  "SELECT 'MEASURE' AS kind, 'riskEntries/' || m.risk_entry || '/measures/' || m.ordinal"        \
  " AS resource, '' AS dispute, r.category, r.state, r.organisation, r.division, '' AS court,"   \
  " 'measure' AS clock, m.due_day, " MB_END_OF("m.due_day") " AS due_time,"                      \
  " false AS provisional, " MB_END_OF("m.due_day") " <= $2::timestamptz AS overdue"              \
  " FROM preventive_measures m JOIN risk_entries r ON r.risk_entry_id = m.risk_entry"            \
  " WHERE m.complete_time IS NULL AND r.clock <> ''"
#define MB_OBLIGATION_ROWS \
  "SELECT 'OBLIGATION' AS kind, 'disputes/' || u.dispute || '/agreements/' || u.agreement"       \
  " || '/obligations/' || u.obligation_id"                                                       \
  " || CASE WHEN u.instalment = 0 THEN '' ELSE '/instalments/' || u.instalment END AS resource," \
  " u.dispute, d.category, d.state, u.organisation, u.division, d.court,"                        \
  " 'obligation' AS clock, u.due_day, " MB_END_OF("u.due_day") " AS due_time,"                   \
  " false AS provisional, u.overdue"                                                             \
  " FROM dues u JOIN disputes d ON d.number = u.dispute"                                         \
  " WHERE u.state = 'OPEN' AND u.due_day IS NOT NULL"

#define MB_ROUTE_ROWS                                                                        \
  "SELECT 'ROUTE' AS kind, 'disputes/' || r.dispute || '/routes/' || r.ordinal AS resource," \
  " r.dispute, d.category, d.state, r.centre AS organisation, r.division, d.court,"          \
  " 'route' AS clock, r.due_day, r.due_time, r.provisional, r.overdue"                       \
  " FROM routes r JOIN disputes d ON d.number = r.dispute WHERE r.due_time IS NOT NULL"
#define MB_ASSISTANCE_ROWS                                                               \
  "SELECT 'ASSISTANCE' AS kind, 'disputes/' || a.dispute || '/assistance/' || a.ordinal" \
  " AS resource, a.dispute, d.category, d.state, a.organisation, a.division, d.court,"   \
  " 'assistance' AS clock, a.due_day, a.due_time, a.provisional, a.overdue"              \
  " FROM assistance a JOIN disputes d ON d.number = a.dispute WHERE a.due_time IS NOT NULL"

constexpr Statement kList{
    "reminders_list",
    "SELECT kind, resource, dispute, category, state, organisation, division, clock, due_day,"
    " due_time, provisional, overdue FROM ("  //
    MB_REMINDERS(MB_DISPUTE_ROWS)             //
    " UNION ALL " MB_REMINDERS(MB_TRANSFER_ROWS)
    " UNION ALL " MB_REMINDERS(MB_ESCALATION_ROWS)
    " UNION ALL " MB_REMINDERS(MB_RISK_ROWS)
    " UNION ALL " MB_REMINDERS(MB_MEASURE_ROWS)
    " UNION ALL " MB_REMINDERS(MB_OBLIGATION_ROWS)
    " UNION ALL " MB_REMINDERS(MB_ROUTE_ROWS)
    " UNION ALL " MB_REMINDERS(MB_ASSISTANCE_ROWS)
    ") p ORDER BY due_time, resource LIMIT $5::bigint"};

ReminderKind KindOf(std::string_view word) {
  return *std::find_if(kAllReminderKinds.begin(), kAllReminderKinds.end(),
                       [&](ReminderKind kind) { return Word(kind) == word; });
}

Reminder ReminderOf(const postgres::Row& row) {
  Reminder reminder;
  reminder.kind = KindOf(row.View(0));
  reminder.resource = row.Text(1);
  reminder.dispute = row.Text(2);
  reminder.category = row.Text(3);
  reminder.state = row.Text(4);
  reminder.organisation = row.Text(5);
  reminder.division = static_cast<std::uint64_t>(row.Int64(6));
  reminder.clock.kind = row.Text(7);
  reminder.clock.due_day = row.Day(8);
  reminder.clock.due_time = row.Time(9);
  reminder.clock.provisional = row.Bool(10);
  reminder.overdue = row.Bool(11);
  return reminder;
}

}  // namespace

Task<absl::StatusOr<std::vector<Reminder>>> ListReminders(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const ReminderFilter& filter) {
  std::vector<std::string> kinds;
  for (ReminderKind kind : filter.kinds) kinds.emplace_back(Word(kind));
  auto rows = co_await database.Query(
      deadline, kList, filter.before, filter.now, filter.after_time, filter.after_resource,
      std::int64_t{filter.limit}, filter.organisation, filter.court, filter.division_first,
      filter.division_last, TextArray(kinds), TextArray(filter.states));
  if (!rows.ok()) co_return rows.status();
  std::vector<Reminder> reminders;
  for (int i = 0; i < rows->size(); ++i) reminders.push_back(ReminderOf((*rows)[i]));
  co_return reminders;
}

}  // namespace maplebridge::registry
