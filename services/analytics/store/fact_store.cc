#include "services/analytics/store/fact_store.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "common/status/error.h"

namespace maplebridge::analytics {
namespace {

using postgres::ArrayParameter;
using postgres::Parameters;
using postgres::Row;
using postgres::Statement;

#define MB_FACT_COLUMNS                                                                \
  "resource, kind, revision, division, organisation, court, category, source, state, " \
  "opened_time, accepted_time, settled_time, failed_time, ended_time, performed_time"
constexpr int kFirstTimeColumn = 9;

// $1 resources.
constexpr Statement kLock{"facts_lock", "SELECT " MB_FACT_COLUMNS
                                        " FROM facts"
                                        " WHERE resource = ANY($1::text[])"
                                        " ORDER BY resource"
                                        " FOR UPDATE"};
constexpr Statement kReadAll{"facts_read", "SELECT " MB_FACT_COLUMNS " FROM facts"};
// In the order of the columns, then event_time; $17 update_time of all.
constexpr Statement kSave{"facts_save", "INSERT INTO facts (" MB_FACT_COLUMNS R"(,
                     event_time, update_time)
  SELECT f.*, $17::timestamptz
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[],
              $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
              $16::timestamptz[]) AS f
  ON CONFLICT (resource) DO UPDATE SET
    revision = excluded.revision, division = excluded.division,
    organisation = excluded.organisation, court = excluded.court, category = excluded.category,
    source = excluded.source, state = excluded.state, opened_time = excluded.opened_time,
    accepted_time = excluded.accepted_time, settled_time = excluded.settled_time,
    failed_time = excluded.failed_time, ended_time = excluded.ended_time,
    performed_time = excluded.performed_time, event_time = excluded.event_time,
    update_time = excluded.update_time)"};

// Cells, in one order: $1 divisions, $2 days, $3 measures, $4 organisations, $5 courts,
// $6 categories, $7 sources, $8 counts, $9 seconds.
#define MB_CELLS                                                                         \
  "unnest($1::bigint[], $2::date[], $3::text[], $4::text[], $5::text[], $6::text[], "    \
  "$7::text[], $8::bigint[], $9::bigint[]) AS c (division, day, measure, organisation, " \
  "court, category, source, count, seconds)"
#define MB_SAME_CELL                                                    \
  "d.division = c.division AND d.day = c.day AND d.measure = c.measure" \
  " AND d.organisation = c.organisation AND d.court = c.court"          \
  " AND d.category = c.category AND d.source = c.source"
constexpr Statement kAdd{"counts_add",
                         "INSERT INTO daily_counts AS d (division, day, measure, organisation,"
                         " court, category, source, count, seconds)"
                         " SELECT * FROM " MB_CELLS
                         " ON CONFLICT (division, day, measure, organisation, court, category,"
                         " source) DO UPDATE SET count = d.count + excluded.count,"
                         " seconds = d.seconds + excluded.seconds"};
constexpr Statement kTake{"counts_take",
                          "UPDATE daily_counts AS d"
                          " SET count = d.count + c.count, seconds = d.seconds + c.seconds"
                          " FROM " MB_CELLS " WHERE " MB_SAME_CELL};
constexpr Statement kSweep{"counts_sweep",
                           "DELETE FROM daily_counts AS d USING " MB_CELLS " WHERE " MB_SAME_CELL
                           " AND d.count = 0 AND d.seconds = 0"};
constexpr Statement kReadCounts{"counts_read", R"(
  SELECT division, day, measure, organisation, court, category, source, count, seconds
  FROM daily_counts)"};

// $1 organisation, $2 revision, $3 division, $4 kind, $5 state, $6 time.
constexpr Statement kSaveOrganisation{"organisation_save", R"(
  INSERT INTO organisations AS o (organisation, revision, division, kind, state, update_time)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (organisation) DO UPDATE SET
    revision = excluded.revision, division = excluded.division, kind = excluded.kind,
    state = excluded.state, update_time = excluded.update_time
  WHERE o.revision < excluded.revision)"};
// $1 source, $2 event_time, $3 update_time.
constexpr Statement kFeedTime{"feed_time_save", R"(
  INSERT INTO feed_times (source, event_time, update_time) VALUES ($1, $2, $3)
  ON CONFLICT (source) DO UPDATE SET
    event_time = excluded.event_time, update_time = excluded.update_time)"};
// $1 source, $2 position, $3 resource, $4 event, $5 reason, $6 time.
constexpr Statement kRefusal{"feed_refusal_record", R"(
  INSERT INTO feed_refusals (source, position, resource, event, reason, refuse_time)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING)"};

std::int64_t Number(const std::string& division) {
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(division, &number)) return 0;  // refused by the table
  return number;
}

Fact FactOf(const Row& row) {
  Fact fact;
  fact.resource = row.Text(0);
  fact.kind = FactKindOf(row.View(1)).value_or(FactKind::kDispute);
  fact.revision = row.Int64(2);
  fact.division = row.Text(3);
  fact.organisation = row.Text(4);
  fact.court = row.Text(5);
  fact.category = row.Text(6);
  fact.source = row.Text(7);
  fact.state = row.Text(8);
  for (Milestone milestone : kMilestones) {
    fact.time(milestone) = row.OptionalTime(kFirstTimeColumn + static_cast<int>(milestone));
  }
  return fact;
}

// The columns of several cells as parameters.
class CellArrays {
 public:
  void Push(const Cell& cell, const Sum& sum) {
    divisions_.Push(Number(cell.division));
    days_.Push(cell.day);
    measures_.Push(Word(cell.measure));
    organisations_.Push(cell.organisation);
    courts_.Push(cell.court);
    categories_.Push(cell.category);
    sources_.Push(cell.source);
    counts_.Push(sum.count);
    seconds_.Push(sum.seconds);
    ++size_;
  }
  std::int64_t size() const { return size_; }
  Parameters Take() {
    return Parameters::Of(divisions_.Take(), days_.Take(), measures_.Take(), organisations_.Take(),
                          courts_.Take(), categories_.Take(), sources_.Take(), counts_.Take(),
                          seconds_.Take());
  }

 private:
  ArrayParameter divisions_, days_, measures_, organisations_, courts_, categories_, sources_;
  ArrayParameter counts_, seconds_;
  std::int64_t size_ = 0;
};

}  // namespace

Task<absl::StatusOr<Facts>> LockFacts(postgres::Transaction& transaction,
                                      const std::set<std::string>& resources) {
  ArrayParameter names;
  for (const std::string& resource : resources) names.Push(std::string_view(resource));
  auto rows = co_await transaction.Execute(kLock, names.Take());
  if (!rows.ok()) co_return rows.status();
  Facts facts;
  for (int i = 0; i < rows->size(); ++i) {
    Fact fact = FactOf((*rows)[i]);
    std::string resource = fact.resource;
    facts.emplace(std::move(resource), std::move(fact));
  }
  co_return facts;
}

Task<absl::Status> SaveFacts(postgres::Transaction& transaction,
                             const std::vector<SavedFact>& facts, absl::Time now) {
  ArrayParameter resources, kinds, revisions, divisions, organisations, courts, categories, sources,
      states, event_times;
  std::array<ArrayParameter, kMilestones.size()> times;
  for (const auto& [fact, event_time] : facts) {
    resources.Push(std::string_view(fact.resource));
    kinds.Push(Word(fact.kind));
    revisions.Push(fact.revision);
    divisions.Push(Number(fact.division));
    organisations.Push(std::string_view(fact.organisation));
    courts.Push(std::string_view(fact.court));
    categories.Push(std::string_view(fact.category));
    sources.Push(std::string_view(fact.source));
    states.Push(std::string_view(fact.state));
    for (Milestone milestone : kMilestones) {
      times[static_cast<std::size_t>(milestone)].PushOptional(fact.time(milestone));
    }
    event_times.Push(event_time);
  }
  Parameters values = Parameters::Of(resources.Take(), kinds.Take(), revisions.Take(),
                                     divisions.Take(), organisations.Take(), courts.Take(),
                                     categories.Take(), sources.Take(), states.Take());
  for (ArrayParameter& milestone_times : times) values.Add(milestone_times.Take());
  values.Add(event_times.Take());
  values.Add(now);
  auto saved = co_await transaction.ExecuteWith(kSave, std::move(values));
  co_return saved.status();
}

Task<absl::Status> Restate(postgres::Transaction& transaction, const CellSums& differences) {
  CellArrays more, less, emptied;
  for (const auto& [cell, sum] : differences) {
    if (sum.count < 0 || sum.seconds < 0) {
      less.Push(cell, sum);
      emptied.Push(cell, sum);
    } else {
      more.Push(cell, sum);
    }
  }
  if (less.size() > 0) {
    const std::int64_t wanted = less.size();
    // Not one INSERT for both: a CHECK judges the row that is offered, before any conflict.
    auto taken = co_await transaction.ExecuteWith(kTake, less.Take());
    if (!taken.ok()) co_return taken.status();
    if (taken->affected() != wanted) {
      co_return absl::InternalError(absl::StrCat("daily_counts lacks ", wanted - taken->affected(),
                                                 " of ", wanted,
                                                 " cells that its facts count for"));
    }
    auto swept = co_await transaction.ExecuteWith(kSweep, emptied.Take());
    if (!swept.ok()) co_return swept.status();
  }
  if (more.size() > 0) {
    auto added = co_await transaction.ExecuteWith(kAdd, more.Take());
    if (!added.ok()) co_return added.status();
  }
  co_return absl::OkStatus();
}

Task<absl::Status> SaveOrganisation(postgres::Transaction& transaction, const OrganisationRow& row,
                                    absl::Time now) {
  auto saved = co_await transaction.Execute(kSaveOrganisation, row.organisation, row.revision,
                                            Number(row.division), row.kind, row.state, now);
  co_return saved.status();
}

Task<absl::Status> RecordFeedTime(postgres::Transaction& transaction, std::string source,
                                  absl::Time event_time, absl::Time now) {
  auto saved = co_await transaction.Execute(kFeedTime, source, event_time, now);
  co_return saved.status();
}

Task<absl::Status> RecordFeedRefusal(postgres::Transaction& transaction, const FeedRefusal& refusal,
                                     absl::Time now) {
  auto saved = co_await transaction.Execute(kRefusal, refusal.source, refusal.position,
                                            refusal.resource, refusal.event, refusal.reason, now);
  co_return saved.status();
}

Task<absl::StatusOr<std::vector<Fact>>> ReadFacts(postgres::Transaction& transaction) {
  auto rows = co_await transaction.Execute(kReadAll);
  if (!rows.ok()) co_return rows.status();
  std::vector<Fact> facts;
  for (int i = 0; i < rows->size(); ++i) facts.push_back(FactOf((*rows)[i]));
  co_return facts;
}

Task<absl::StatusOr<CellSums>> ReadDailyCounts(postgres::Transaction& transaction) {
  auto rows = co_await transaction.Execute(kReadCounts);
  if (!rows.ok()) co_return rows.status();
  CellSums cells;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    const std::optional<Measure> measure = MeasureOf(row.View(2));
    if (!measure) co_return absl::InternalError("daily_counts has an unknown measure");
    Cell cell{row.Text(0), row.Day(1),  row.Text(3), row.Text(4),
              row.Text(5), row.Text(6), *measure};
    cells[std::move(cell)] = Sum{row.Int64(7), row.Int64(8)};
  }
  co_return cells;
}

}  // namespace maplebridge::analytics
