#include "services/registry/store/risk_store.h"

#include <absl/container/flat_hash_map.h>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

#define MB_RISK_COLUMNS \
  "risk_entry_id, state, division, category, severity, description, place_kind, "              \
  "group_at_risk, " MB_TEXTS("people") ", campaign, organisation, source, clock, due_day, "     \
  "due_time, provisional, overdue, dispute, outcome, observation_count, create_time, "         \
  "report_time, control_time, end_time, revision"

constexpr Statement kInsert{"risk_insert", R"(
  INSERT INTO risk_entries (risk_entry_id, state, division, category, severity, description,
                            place_kind, group_at_risk, people, campaign, organisation, source,
                            clock, due_day, due_time, provisional, observation_count, create_time,
                            principal, revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11, $12, $13, $14, $15, $16, $17, $18,
          $19, $20))"};
// $1 id.
constexpr Statement kRead{"risk_read",
                          "SELECT " MB_RISK_COLUMNS " FROM risk_entries WHERE risk_entry_id = $1"};
constexpr Statement kLock{"risk_lock", "SELECT " MB_RISK_COLUMNS
                                       " FROM risk_entries WHERE risk_entry_id = $1 FOR UPDATE"};
// $1 ids.
constexpr Statement kReadMeasures{"measures_read", R"(
  SELECT risk_entry, ordinal, content, owner, due_day, complete_time
  FROM preventive_measures WHERE risk_entry = ANY($1::text[])
  ORDER BY risk_entry, ordinal)"};
constexpr Statement kUpdate{"risk_update", R"(
  UPDATE risk_entries
  SET state = $2, clock = $3, due_day = $4, due_time = $5, provisional = $6, overdue = $7,
      dispute = $8, outcome = $9, observation_count = $10, report_time = $11, control_time = $12,
      end_time = $13, revision = $14
  WHERE risk_entry_id = $1)"};
constexpr Statement kInsertMeasure{"measure_insert", R"(
  INSERT INTO preventive_measures (risk_entry, ordinal, content, owner, due_day, create_time,
                                   principal)
  VALUES ($1, $2, $3, $4, $5, $6, $7))"};
constexpr Statement kCompleteMeasure{"measure_complete", R"(
  UPDATE preventive_measures SET complete_time = $3, complete_principal = $4
  WHERE risk_entry = $1 AND ordinal = $2)"};

// $1 organisation or "", $2 and $3 division from and to, $4 state or "", $5 severity or "",
// $6 campaign or "", $7 overdue only, $8 after, $9 limit. One text for each index.
#define MB_RISK_LIST(leading)                                   \
  "SELECT " MB_RISK_COLUMNS " FROM risk_entries WHERE " leading \
  " AND division BETWEEN $2::bigint AND $3::bigint"             \
  " AND ($4::text = '' OR state = $4::text)"                    \
  " AND ($5::text = '' OR severity = $5::text)"                 \
  " AND ($6::text = '' OR campaign = $6::text)"                 \
  " AND (NOT $7::boolean OR overdue)"                           \
  " AND risk_entry_id > $8 ORDER BY risk_entry_id LIMIT $9"
constexpr Statement kList{"risks_list", MB_RISK_LIST("$1::text = ''")};
constexpr Statement kListOfOrganisation{"risks_of_organisation",
                                        MB_RISK_LIST("organisation = $1 AND organisation <> ''")};

RiskEntry EntryOf(const Row& row) {
  RiskEntry entry;
  entry.id = row.Text(0);
  entry.state = RiskStateOf(row.View(1)).value_or(RiskState::kNone);
  entry.division = static_cast<std::uint64_t>(row.Int64(2));
  entry.category = row.Text(3);
  entry.severity = row.Text(4);
  entry.description = row.Text(5);
  entry.place_kind = row.Text(6);
  entry.group = row.Text(7);
  entry.people = TextsOf(row.View(8));
  if (!row.IsNull(9)) entry.campaign = row.Text(9);
  entry.organisation = row.Text(10);
  entry.source = row.Text(11);
  entry.clock.kind = row.Text(12);
  if (!entry.clock.kind.empty()) {
    entry.clock.due_day = row.Day(13);
    entry.clock.due_time = row.Time(14);
    entry.clock.provisional = row.Bool(15);
  }
  entry.overdue = row.Bool(16);
  if (!row.IsNull(17)) entry.dispute = row.Text(17);
  entry.outcome = row.Text(18);
  entry.observation_count = static_cast<int>(row.Int64(19));
  entry.create_time = row.Time(20);
  entry.report_time = row.OptionalTime(21);
  entry.control_time = row.OptionalTime(22);
  entry.end_time = row.OptionalTime(23);
  entry.revision = row.Int64(24);
  return entry;
}

void AddMeasures(const Result& rows, std::vector<RiskEntry>* entries) {
  absl::flat_hash_map<std::string, RiskEntry*> by_id;
  for (RiskEntry& entry : *entries) by_id[entry.id] = &entry;
  for (int i = 0; i < rows.size(); ++i) {
    const auto entry = by_id.find(rows[i].Text(0));
    if (entry == by_id.end()) continue;
    PreventiveMeasure measure;
    measure.ordinal = static_cast<int>(rows[i].Int64(1));
    measure.content = rows[i].Text(2);
    measure.owner = rows[i].Text(3);
    measure.due_day = rows[i].Day(4);
    measure.complete_time = rows[i].OptionalTime(5);
    entry->second->measures.push_back(std::move(measure));
  }
}

Task<absl::StatusOr<RiskEntry>> ReadOne(postgres::Transaction& transaction,
                                        const Statement& statement, const std::string& id) {
  auto rows = co_await transaction.Execute(statement, id);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) co_return NotFoundError("riskEntries/" + id);
  std::vector<RiskEntry> entries{EntryOf((*rows)[0])};
  const std::string ids = TextArray({id});
  auto measures = co_await transaction.Execute(kReadMeasures, ids);
  if (!measures.ok()) co_return measures.status();
  AddMeasures(*measures, &entries);
  co_return std::move(entries[0]);
}

std::optional<std::string> Reference(const std::string& value) {
  return value.empty() ? std::nullopt : std::optional<std::string>(value);
}

void AddClock(postgres::Parameters* p, const ClockEnd& clock) {
  p->Add(clock.kind);
  if (clock.kind.empty()) {
    p->Add(std::nullopt);
    p->Add(std::nullopt);
  } else {
    p->Add(clock.due_day);
    p->Add(clock.due_time);
  }
  p->Add(clock.provisional);
}

}  // namespace

Task<absl::Status> InsertRiskEntry(postgres::Transaction& transaction, const RiskEntry& entry,
                                   const std::string& principal) {
  postgres::Parameters p;
  p.Add(entry.id);
  p.Add(Word(entry.state));
  p.Add(entry.division);
  p.Add(entry.category);
  p.Add(entry.severity);
  p.Add(entry.description);
  p.Add(entry.place_kind);
  p.Add(entry.group);
  p.Add(TextArray(entry.people));
  p.Add(Reference(entry.campaign));
  p.Add(entry.organisation);
  p.Add(entry.source);
  AddClock(&p, entry.clock);
  p.Add(entry.observation_count);
  p.Add(entry.create_time);
  p.Add(principal);
  p.Add(entry.revision);
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(p));
  co_return inserted.status();
}

Task<absl::StatusOr<RiskEntry>> ReadRiskEntry(postgres::Database& database, absl::Time deadline,
                                              const std::string& id) {
  std::function<Task<absl::StatusOr<RiskEntry>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) { return ReadOne(transaction, kRead, id); };
  co_return co_await database.Transact<RiskEntry>(deadline, body);
}

Task<absl::StatusOr<RiskEntry>> ReadRiskEntry(postgres::Transaction& transaction,
                                              const std::string& id) {
  return ReadOne(transaction, kRead, id);
}

Task<absl::StatusOr<RiskEntry>> LockRiskEntry(postgres::Transaction& transaction,
                                              const std::string& id) {
  return ReadOne(transaction, kLock, id);
}

Task<absl::Status> UpdateRiskEntry(postgres::Transaction& transaction, const RiskEntry& entry) {
  postgres::Parameters p;
  p.Add(entry.id);
  p.Add(Word(entry.state));
  AddClock(&p, entry.clock);
  p.Add(entry.overdue);
  p.Add(Reference(entry.dispute));
  p.Add(entry.outcome);
  p.Add(entry.observation_count);
  p.Add(entry.report_time);
  p.Add(entry.control_time);
  p.Add(entry.end_time);
  p.Add(entry.revision);
  auto updated = co_await transaction.ExecuteWith(kUpdate, std::move(p));
  co_return updated.status();
}

Task<absl::Status> InsertMeasure(postgres::Transaction& transaction, const RiskEntry& entry,
                                 const PreventiveMeasure& measure, absl::Time now,
                                 const std::string& principal) {
  auto inserted =
      co_await transaction.Execute(kInsertMeasure, entry.id, measure.ordinal, measure.content,
                                   measure.owner, measure.due_day, now, principal);
  co_return inserted.status();
}

Task<absl::Status> CompleteMeasure(postgres::Transaction& transaction, const RiskEntry& entry,
                                   int ordinal, absl::Time now, const std::string& principal) {
  auto completed =
      co_await transaction.Execute(kCompleteMeasure, entry.id, ordinal, now, principal);
  co_return completed.status();
}

Task<absl::StatusOr<std::vector<RiskEntry>>> ListRiskEntries(postgres::Database& database,
                                                             absl::Time deadline,
                                                             const RiskFilter& filter) {
  const Statement& statement = filter.organisation.empty() ? kList : kListOfOrganisation;
  auto rows =
      co_await database.Query(deadline, statement, filter.organisation, filter.division_first,
                              filter.division_last, filter.state, filter.severity, filter.campaign,
                              filter.overdue_only, filter.after, filter.limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<RiskEntry> entries;
  std::vector<std::string> ids;
  for (int i = 0; i < rows->size(); ++i) {
    entries.push_back(EntryOf((*rows)[i]));
    ids.push_back(entries.back().id);
  }
  if (entries.empty()) co_return entries;
  auto measures = co_await database.Query(deadline, kReadMeasures, TextArray(ids));
  if (!measures.ok()) co_return measures.status();
  AddMeasures(*measures, &entries);
  co_return entries;
}

}  // namespace maplebridge::registry
