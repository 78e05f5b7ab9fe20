#include "services/registry/store/observation_store.h"

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Row;
using postgres::Statement;

#define MB_OBSERVATION_COLUMNS \
  "observation_id, partner, partner_number, digest, division, category, description, "     \
  MB_TEXTS("people") ", observe_time, outcome, coalesce(risk_entry, ''), "                  \
  "coalesce(dispute, ''), likeness, reason, create_time"

// $1 divisions, in order, so that two batches never wait for each other in a ring.
constexpr Statement kLockPlaces{"observation_places", R"(
  SELECT pg_advisory_xact_lock(hashtext('observations'), key)
  FROM (SELECT DISTINCT (d % 2147483647)::int AS key FROM unnest($1::bigint[]) d
        ORDER BY key) places)"};
// $1 partner, $2 numbers.
constexpr Statement kRead{"observations_read",
                          "SELECT " MB_OBSERVATION_COLUMNS
                          " FROM observations"
                          " WHERE partner = $1 AND partner_number = ANY($2::text[])"};
// $1 to $15: an observation each; people parted by the unit separator.
constexpr Statement kInsert{"observations_insert", R"(
  INSERT INTO observations (observation_id, partner, partner_number, digest, division, category,
                            description, people, observe_time, outcome, risk_entry, dispute,
                            likeness, reason, create_time)
  SELECT id, partner, number, digest, division, category, description,
         coalesce(string_to_array(nullif(people, ''), E'\x1f'), '{}'), observed, outcome, nullif(risk_entry, ''),
         nullif(dispute, ''), likeness::double precision, reason, created
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::text[],
              $7::text[], $8::text[], $9::timestamptz[], $10::text[], $11::text[], $12::text[],
              $13::text[], $14::text[], $15::timestamptz[])
       AS i (id, partner, number, digest, division, category, description, people, observed,
             outcome, risk_entry, dispute, likeness, reason, created))"};
// $1 divisions, $2 categories (pairs), $3 since.
constexpr Statement kSubjects{"observation_subjects", R"(
  WITH places AS (
    SELECT DISTINCT division, category FROM unnest($1::bigint[], $2::text[]) AS p (division, category))
  SELECT 'R', r.risk_entry_id, r.division, r.category, r.description,
         array_to_string(r.people, E'\x1f')
  FROM places p CROSS JOIN LATERAL (
    SELECT * FROM risk_entries r
    WHERE r.division = p.division AND r.category = p.category AND r.create_time >= $3
      AND r.state IN ('FOUND', 'REPORTED', 'CONTROLLED')
    ORDER BY r.risk_entry_id DESC LIMIT 50) r
  UNION ALL
  SELECT 'D', d.number, d.division, d.category, d.summary,
         coalesce((SELECT string_agg(display_name, E'\x1f') FROM parties
                   WHERE dispute = d.number), '')
  FROM places p CROSS JOIN LATERAL (
    SELECT * FROM disputes d
    WHERE d.division = p.division AND d.category = p.category AND d.create_time >= $3
      AND d.state IN ('REPORTED', 'ACCEPTED', 'MEDIATING', 'SUSPENDED', 'CONCLUDING', 'AGREED')
    ORDER BY d.number DESC LIMIT 50) d)"};
// $1 partner or "", $2 and $3 division from and to, $4 after, $5 limit.
constexpr Statement kList{"observations_list",
                          "SELECT " MB_OBSERVATION_COLUMNS
                          " FROM observations"
                          " WHERE ($1::text = '' OR partner = $1::text)"
                          " AND division BETWEEN $2::bigint AND $3::bigint"
                          " AND observation_id > $4 ORDER BY observation_id LIMIT $5"};

Observation ObservationOf(const Row& row) {
  Observation observation;
  observation.id = row.Text(0);
  observation.partner = row.Text(1);
  observation.partner_number = row.Text(2);
  observation.digest = row.Bytes(3);
  observation.division = static_cast<std::uint64_t>(row.Int64(4));
  observation.category = row.Text(5);
  observation.description = row.Text(6);
  observation.people = TextsOf(row.View(7));
  observation.observe_time = row.Time(8);
  observation.outcome = row.Text(9);
  observation.risk_entry = row.Text(10);
  observation.dispute = row.Text(11);
  observation.likeness = row.Double(12);
  observation.reason = row.Text(13);
  observation.create_time = row.Time(14);
  return observation;
}

std::vector<Observation> ObservationsOf(const postgres::Result& rows) {
  std::vector<Observation> observations;
  for (int i = 0; i < rows.size(); ++i) observations.push_back(ObservationOf(rows[i]));
  return observations;
}

std::string Codes(const std::vector<std::uint64_t>& divisions) {
  ArrayParameter codes;
  for (std::uint64_t division : divisions) codes.Push(static_cast<std::int64_t>(division));
  return codes.Take();
}

std::string Joined(const std::vector<std::string>& values) {
  std::string joined;
  for (const std::string& value : values) {
    if (!joined.empty()) joined += '\x1f';
    joined += value;
  }
  return joined;
}

}  // namespace

Task<absl::Status> LockPlaces(postgres::Transaction& transaction,
                              const std::vector<std::uint64_t>& divisions) {
  const std::string codes = Codes(divisions);
  auto locked = co_await transaction.Execute(kLockPlaces, codes);
  co_return locked.status();
}

Task<absl::StatusOr<std::vector<Observation>>> ReadObservations(
    postgres::Transaction& transaction, const std::string& partner,
    const std::vector<std::string>& partner_numbers) {
  auto rows = co_await transaction.Execute(kRead, partner, TextArray(partner_numbers));
  if (!rows.ok()) co_return rows.status();
  co_return ObservationsOf(*rows);
}

Task<absl::Status> InsertObservations(postgres::Transaction& transaction,
                                      const std::vector<Observation>& observations) {
  if (observations.empty()) co_return absl::OkStatus();
  std::vector<ArrayParameter> columns(15);
  for (const Observation& each : observations) {
    auto column = columns.begin();
    auto text = [&column](std::string_view value) { (column++)->Push(value); };
    text(each.id);
    text(each.partner);
    text(each.partner_number);
    (column++)->PushBytes(each.digest);
    (column++)->Push(static_cast<std::int64_t>(each.division));
    text(each.category);
    text(each.description);
    text(Joined(each.people));
    (column++)->Push(each.observe_time);
    text(each.outcome);
    text(each.risk_entry);
    text(each.dispute);
    text(std::to_string(each.likeness));
    text(each.reason);
    (column++)->Push(each.create_time);
  }
  postgres::Parameters parameters;
  for (ArrayParameter& column : columns) parameters.Add(column.Take());
  auto inserted = co_await transaction.ExecuteWith(kInsert, std::move(parameters));
  co_return inserted.status();
}

Task<absl::StatusOr<std::vector<Subject>>> ReadSubjects(postgres::Transaction& transaction,
                                                        const std::vector<std::uint64_t>& divisions,
                                                        const std::vector<std::string>& categories,
                                                        absl::Time since) {
  auto rows =
      co_await transaction.Execute(kSubjects, Codes(divisions), TextArray(categories), since);
  if (!rows.ok()) co_return rows.status();
  std::vector<Subject> subjects;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    Subject subject;
    (row.View(0) == "R" ? subject.risk_entry : subject.dispute) = row.Text(1);
    subject.division = static_cast<std::uint64_t>(row.Int64(2));
    subject.category = row.Text(3);
    subject.text = row.Text(4);
    subject.people = TextsOf(row.View(5));
    subjects.push_back(std::move(subject));
  }
  co_return subjects;
}

Task<absl::StatusOr<std::vector<Observation>>> ListObservations(
    postgres::Database& database, absl::Time deadline, const std::string& partner,
    std::uint64_t division_first, std::uint64_t division_last, const std::string& after,
    int limit) {
  auto rows = co_await database.Query(deadline, kList, partner, division_first, division_last,
                                      after, limit);
  if (!rows.ok()) co_return rows.status();
  co_return ObservationsOf(*rows);
}

}  // namespace maplebridge::registry
