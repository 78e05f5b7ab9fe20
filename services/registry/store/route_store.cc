#include "services/registry/store/route_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

#define MB_ROUTE_COLUMNS                                                                          \
  "dispute, ordinal, state, force, organisation, body_name, coalesce(transfer, 0), explanation, " \
  "arbitration_agreement, answer, outcome, result, due_day, due_time, provisional, "              \
  "clock_source, overdue, centre, division, create_time, answer_time, end_time, revision"

// $1 dispute, $2 state, $3 force, $4 organisation, $5 body, $6 transfer or 0, $7 explanation,
// $8 agreement to arbitrate, $9 to $11 clock, $12 its source, $13 centre, $14 division,
// $15 principal, $16 time.
constexpr Statement kInsert{"route_insert", R"(
  WITH made AS (
    INSERT INTO routes (dispute, ordinal, state, force, organisation, body_name, transfer,
                        explanation, arbitration_agreement, due_day, due_time, provisional,
                        clock_source, centre, division, principal, create_time, revision)
    SELECT $1::text, coalesce(max(ordinal), 0) + 1, $2::text, $3::text, $4::text, $5::text,
           nullif($6::int, 0), $7::text, $8::text, $9::date, $10::timestamptz, $11::boolean,
           $12::text, $13::text, $14::bigint, $15::text, $16::timestamptz, 1
    FROM routes WHERE dispute = $1::text
    RETURNING dispute, ordinal)
  UPDATE disputes SET centre = $13::text, open_route = made.ordinal
  FROM made WHERE disputes.number = made.dispute
  RETURNING made.ordinal)"};
// $1 dispute, $2 ordinal.
constexpr Statement kRead{
    "route_read", "SELECT " MB_ROUTE_COLUMNS " FROM routes WHERE dispute = $1 AND ordinal = $2"};
// $1 dispute, $2 ordinal, $3 state, $4 answer, $5 outcome, $6 result, $7 to $9 clock, $10 its
// source, $11 overdue, $12 answer time, $13 end time, $14 revision.
constexpr Statement kUpdate{"route_update", R"(
  WITH changed AS (
    UPDATE routes
    SET state = $3, answer = $4, outcome = $5, result = $6, due_day = $7, due_time = $8,
        provisional = $9, clock_source = $10, overdue = $11, answer_time = $12, end_time = $13,
        revision = $14
    WHERE dispute = $1 AND ordinal = $2
    RETURNING dispute, ordinal, end_time)
  UPDATE disputes SET open_route = 0
  FROM changed
  WHERE disputes.number = changed.dispute AND disputes.open_route = changed.ordinal
    AND changed.end_time IS NOT NULL)"};
// $1 dispute, $2 state or "", $3 last seen, $4 limit.
constexpr Statement kList{"routes_list", "SELECT " MB_ROUTE_COLUMNS
                                         " FROM routes"
                                         " WHERE dispute = $1 AND ($2::text = '' OR state = $2)"
                                         " AND ordinal > $3::int"
                                         " ORDER BY ordinal LIMIT $4::bigint"};
// $1 centre or "", $2 state or "", $3 and $4 division from and to, $5 to $7 last seen, $8 limit.
constexpr Statement kListDue{"routes_due",
                             "SELECT " MB_ROUTE_COLUMNS
                             " FROM routes"
                             " WHERE due_time IS NOT NULL AND ($1::text = '' OR centre = $1::text)"
                             " AND ($2::text = '' OR state = $2::text)"
                             " AND division BETWEEN $3::bigint AND $4::bigint"
                             " AND (due_time, dispute, ordinal)"
                             "     > ($5::timestamptz, $6::text, $7::int)"
                             " ORDER BY due_time, dispute, ordinal LIMIT $8::bigint"};

Route RouteOf(const Row& row) {
  Route route;
  route.dispute = row.Text(0);
  route.ordinal = static_cast<int>(row.Int64(1));
  route.state = RouteStateOf(row.View(2));
  route.force = ForceKindOf(row.View(3)).value_or(ForceKind::kPeoplesMediation);
  route.organisation = row.Text(4);
  route.body_name = row.Text(5);
  route.transfer = static_cast<int>(row.Int64(6));
  route.explanation = row.Text(7);
  route.arbitration_agreement = row.Text(8);
  route.answer = row.Text(9);
  route.outcome = RouteOutcomeOf(row.View(10));
  route.result = row.Text(11);
  if (!row.IsNull(12)) {
    const bool answers = route.state == RouteState::kProposed;
    route.clock = ClockEnd{answers ? kRouteAnswerClock : kRouteOutcomeClock, row.Day(12),
                           row.Time(13), row.Bool(14)};
  }
  route.clock_source = row.Text(15);
  route.overdue = row.Bool(16);
  route.centre = row.Text(17);
  route.division = static_cast<std::uint64_t>(row.Int64(18));
  route.create_time = row.Time(19);
  route.answer_time = row.OptionalTime(20);
  route.end_time = row.OptionalTime(21);
  route.revision = row.Int64(22);
  return route;
}

void AddClock(postgres::Parameters* p, const Route& route) {
  if (route.clock.kind.empty()) {
    p->Add(std::nullopt);
    p->Add(std::nullopt);
  } else {
    p->Add(route.clock.due_day);
    p->Add(route.clock.due_time);
  }
  p->Add(route.clock.provisional);
  p->Add(route.clock_source);
}

std::vector<Route> RoutesOf(const postgres::Result& rows) {
  std::vector<Route> routes;
  for (int i = 0; i < rows.size(); ++i) routes.push_back(RouteOf(rows[i]));
  return routes;
}

}  // namespace

std::string Route::name() const { return absl::StrCat("disputes/", dispute, "/routes/", ordinal); }

Task<absl::Status> InsertRoute(postgres::Transaction& transaction, const std::string& principal,
                               Route* route) {
  postgres::Parameters p;
  p.Add(route->dispute);
  p.Add(Word(route->state));
  p.Add(Word(route->force));
  p.Add(route->organisation);
  p.Add(route->body_name);
  p.Add(route->transfer);
  p.Add(route->explanation);
  p.Add(route->arbitration_agreement);
  AddClock(&p, *route);
  p.Add(route->centre);
  p.Add(route->division);
  p.Add(principal);
  p.Add(route->create_time);
  auto rows = co_await transaction.ExecuteWith(kInsert, std::move(p));
  if (!rows.ok()) co_return rows.status();
  route->ordinal = static_cast<int>((*rows)[0].Int64(0));
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Route>> ReadRoute(postgres::Transaction& transaction,
                                      const std::string& dispute, int ordinal) {
  auto rows = co_await transaction.Execute(kRead, dispute, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("disputes/", dispute, "/routes/", ordinal));
  }
  co_return RouteOf((*rows)[0]);
}

Task<absl::Status> UpdateRoute(postgres::Transaction& transaction, const Route& route) {
  postgres::Parameters p;
  p.Add(route.dispute);
  p.Add(route.ordinal);
  p.Add(Word(route.state));
  p.Add(route.answer);
  p.Add(Word(route.outcome));
  p.Add(route.result);
  AddClock(&p, route);
  p.Add(route.overdue);
  p.Add(route.answer_time);
  p.Add(route.end_time);
  p.Add(route.revision);
  auto updated = co_await transaction.ExecuteWith(kUpdate, std::move(p));
  co_return updated.status();
}

Task<absl::StatusOr<std::vector<Route>>> ListRoutes(postgres::Database& database,
                                                    absl::Time deadline,
                                                    const RouteFilter& filter) {
  auto rows = co_await database.Query(deadline, kList, filter.dispute, filter.state,
                                      filter.after_ordinal, filter.limit);
  if (!rows.ok()) co_return rows.status();
  co_return RoutesOf(*rows);
}

Task<absl::StatusOr<std::vector<Route>>> ListDueRoutes(postgres::Database& database,
                                                       absl::Time deadline,
                                                       const RouteFilter& filter) {
  auto rows = co_await database.Query(
      deadline, kListDue, filter.centre, filter.state, filter.division_first, filter.division_last,
      filter.after_time, filter.after_dispute, filter.after_ordinal, filter.limit);
  if (!rows.ok()) co_return rows.status();
  co_return RoutesOf(*rows);
}

}  // namespace maplebridge::registry
