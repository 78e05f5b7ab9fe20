#include "services/analytics/store/figure_store.h"

#include <absl/strings/str_cat.h>

namespace maplebridge::analytics {
namespace {

using postgres::ArrayParameter;
using postgres::Parameters;
using postgres::Row;
using postgres::Statement;

// A transaction of the pool has run a query already (its timeout), after which the isolation level
// is fixed; a chained one has not.
constexpr Statement kStartAnew{"transaction_anew", "COMMIT AND CHAIN"};
constexpr Statement kOneMoment{"read_one_moment",
                               "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"};

// $1 divisor of the division's number, $2 start, $3 end, $4 measures, $5 whether days before the
// start are wanted as well, $6 and $7 what leads.
#define MB_SUMS(leading)                                               \
  "SELECT division / $1::bigint AS place, measure,"                    \
  " coalesce(sum(count) FILTER (WHERE day >= $2::date), 0)::bigint,"   \
  " coalesce(sum(seconds) FILTER (WHERE day >= $2::date), 0)::bigint," \
  " sum(count)::bigint, sum(seconds)::bigint"                          \
  " FROM daily_counts"                                                 \
  " WHERE " leading                                                    \
  " AND measure = ANY($4::text[])"                                     \
  " AND day <= $3::date AND (day >= $2::date OR $5::boolean)"          \
  " GROUP BY place, measure"
// One text for each index, so that each has its own plan.
constexpr Statement kByPlace{"sums_by_place",
                             MB_SUMS("division BETWEEN $6::bigint AND $7::bigint")};
constexpr Statement kByOrganisation{"sums_by_organisation",
                                    MB_SUMS("organisation = $6::text AND organisation <> ''")};
constexpr Statement kByCourt{"sums_by_court", MB_SUMS("court = $6::text AND court <> ''")};

// $1 start, $2 end, $3 measures.
constexpr Statement kByTownship{"sums_by_township", R"(
  SELECT division / 1000 AS place, measure, sum(count)::bigint
  FROM daily_counts
  WHERE day BETWEEN $1::date AND $2::date AND measure = ANY($3::text[])
  GROUP BY place, measure)"};
// $1 organisation.
constexpr Statement kOrganisation{"organisation_division", R"(
  SELECT division FROM organisations WHERE organisation = $1)"};
constexpr Statement kFeeds{"feed_states", R"(
  SELECT f.source, coalesce(c.position, 0), t.event_time, t.update_time
  FROM (VALUES (1, 'registry'), (2, 'docking'), (3, 'roster')) AS f (place, source)
  LEFT JOIN feed_cursors AS c ON c.source = f.source
  LEFT JOIN feed_times AS t ON t.source = f.source
  ORDER BY f.place)"};

constexpr int kDigitsOfDivision = 12;

std::int64_t DivisorFor(int digits) {
  std::int64_t divisor = 1;
  for (int i = digits; i < kDigitsOfDivision; ++i) divisor *= 10;
  return divisor;
}

std::string Words(const std::vector<Measure>& measures) {
  ArrayParameter words;
  for (const Measure& measure : measures) words.Push(Word(measure));
  return words.Take();
}

}  // namespace

Task<absl::Status> ReadOneMoment(postgres::Transaction& transaction) {
  std::vector<postgres::Command> commands;
  commands.push_back({&kStartAnew, {}});
  commands.push_back({&kOneMoment, {}});
  auto done = co_await transaction.ExecuteAll(std::move(commands));
  co_return done.status();
}

Task<absl::StatusOr<SumsByPlace>> ReadSums(postgres::Transaction& transaction,
                                           const SumQuestion& question) {
  Parameters values =
      Parameters::Of(DivisorFor(question.digits), question.start_day, question.end_day,
                     Words(question.measures), question.with_all_before);
  const Statement* statement = nullptr;
  if (question.scope.places) {
    values.Add(question.scope.places->first);
    values.Add(question.scope.places->last);
    statement = &kByPlace;
  } else if (!question.scope.organisation.empty()) {
    values.Add(question.scope.organisation);
    statement = &kByOrganisation;
  } else {
    values.Add(question.scope.court);
    statement = &kByCourt;
  }
  auto rows = co_await transaction.ExecuteWith(*statement, std::move(values));
  if (!rows.ok()) co_return rows.status();
  SumsByPlace sums;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    const std::optional<Measure> measure = MeasureOf(row.View(1));
    if (!measure) co_return absl::InternalError("daily_counts has an unknown measure");
    MeasureSums& place = sums[question.digits == 0 ? std::string() : row.Text(0)];
    place.period[*measure] = Sum{row.Int64(2), row.Int64(3)};
    if (question.with_all_before) place.until_end[*measure] = Sum{row.Int64(4), row.Int64(5)};
  }
  co_return sums;
}

Task<absl::StatusOr<std::map<Measure, TownshipCounts>>> ReadTownshipCounts(
    postgres::Transaction& transaction, absl::CivilDay start_day, absl::CivilDay end_day,
    const std::vector<Measure>& measures) {
  auto rows = co_await transaction.Execute(kByTownship, start_day, end_day, Words(measures));
  if (!rows.ok()) co_return rows.status();
  std::map<Measure, TownshipCounts> counts;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    const std::optional<Measure> measure = MeasureOf(row.View(1));
    if (!measure) co_return absl::InternalError("daily_counts has an unknown measure");
    counts[*measure][row.Text(0)] = row.Int64(2);
  }
  co_return counts;
}

Task<absl::StatusOr<std::string>> ReadOrganisationDivision(postgres::Transaction& transaction,
                                                           std::string organisation) {
  auto rows = co_await transaction.Execute(kOrganisation, organisation);
  if (!rows.ok()) co_return rows.status();
  co_return rows->empty() ? std::string() : (*rows)[0].Text(0);
}

Task<absl::StatusOr<std::vector<FeedState>>> ReadFeedStates(postgres::Transaction& transaction) {
  auto rows = co_await transaction.Execute(kFeeds);
  if (!rows.ok()) co_return rows.status();
  std::vector<FeedState> states;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    FeedState state;
    state.feed = row.Text(0);
    state.position = row.Int64(1);
    state.event_time = row.OptionalTime(2);
    state.update_time = row.OptionalTime(3);
    states.push_back(std::move(state));
  }
  co_return states;
}

}  // namespace maplebridge::analytics
