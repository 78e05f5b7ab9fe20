#include "services/registry/store/history_store.h"

#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

// Events of the dispute itself and of what lies below it. A step that made a part tells its name:
// sessions, performances, urgings and visits know the dispute's revision, transfers their moments.
// $1 dispute, $2 types or {}, $3 and $4 last seen, $5 limit.
constexpr postgres::Statement kList{"history_list", R"(
  WITH told AS (
    SELECT event_time AS time, 'e' || lpad(position::text, 20, '0') AS key, type,
           actor AS principal, organisation, resource, revision, from_state, to_state
    FROM events
    WHERE resource = 'disputes/' || $1::text
       OR (resource > 'disputes/' || $1::text || '/' AND resource < 'disputes/' || $1::text || '0')
    UNION ALL
    SELECT create_time, 'f' || document_id, 'CreateDocument', '', '',
           'disputes/' || dispute || '/documents/' || document_id, 0, '', kind
    FROM documents WHERE dispute = $1::text),
  page AS (
    SELECT * FROM told
    WHERE (cardinality($2::text[]) = 0 OR type = ANY($2::text[]))
      AND (time, key COLLATE "C") > ($3::timestamptz, $4::text)
    ORDER BY time, key COLLATE "C" LIMIT $5::bigint)
  SELECT p.time, p.key, p.type, p.principal,
         coalesce(nullif(r.organisation, ''), nullif(r.body_name, ''), nullif(a.body_name, ''),
                  p.organisation),
         'disputes/' || $1::text || coalesce(
           CASE p.type
             WHEN 'HoldSession' THEN (
               SELECT '/sessions/' || s.ordinal FROM sessions s
               WHERE s.dispute = $1::text AND s.dispute_revision = p.revision)
             WHEN 'FollowUp' THEN (
               SELECT '/followUps/' || f.ordinal FROM follow_ups f
               WHERE f.dispute = $1::text AND f.dispute_revision = p.revision)
             WHEN 'Urge' THEN (
               SELECT '/urgings/' || u.ordinal FROM urgings u
               WHERE u.dispute = $1::text AND u.dispute_revision = p.revision)
             WHEN 'RecordPerformance' THEN (
               SELECT '/performances/' || f.ordinal FROM performances f
               WHERE f.dispute = $1::text AND f.dispute_revision = p.revision)
             WHEN 'CompletePerformance' THEN (
               SELECT '/performances/' || f.ordinal FROM performances f
               WHERE f.dispute = $1::text AND f.dispute_revision = p.revision)
             WHEN 'OfferTransfer' THEN (
               SELECT '/transfers/' || t.ordinal FROM transfers t
               WHERE t.dispute = $1::text AND t.create_time = p.time)
             WHEN 'Transfer' THEN (
               SELECT '/transfers/' || t.ordinal FROM transfers t
               WHERE t.dispute = $1::text AND t.end_time = p.time)
             WHEN 'DeclineTransfer' THEN (
               SELECT '/transfers/' || t.ordinal FROM transfers t
               WHERE t.dispute = $1::text AND t.end_time = p.time)
             WHEN 'CancelTransfer' THEN (
               SELECT '/transfers/' || t.ordinal FROM transfers t
               WHERE t.dispute = $1::text AND t.end_time = p.time)
             WHEN 'LapseTransfer' THEN (
               SELECT '/transfers/' || t.ordinal FROM transfers t
               WHERE t.dispute = $1::text AND t.end_time = p.time)
           END,
           substr(p.resource, length('disputes/' || $1::text) + 1)),
         p.from_state, CASE WHEN p.type = 'CreateDocument' THEN '' ELSE p.to_state END,
         coalesce(r.force, a.kind, CASE WHEN p.type = 'CreateDocument' THEN p.to_state END, ''),
         CASE WHEN p.type = 'EndRoute' THEN coalesce(r.outcome, '') ELSE '' END
  FROM page p
    LEFT JOIN routes r ON r.dispute = $1::text
         AND p.resource = 'disputes/' || $1::text || '/routes/' || r.ordinal
    LEFT JOIN assistance a ON a.dispute = $1::text
         AND p.resource = 'disputes/' || $1::text || '/assistance/' || a.ordinal
  ORDER BY p.time, p.key COLLATE "C")"};

std::vector<StoredHistory> EntriesOf(const postgres::Result& rows) {
  std::vector<StoredHistory> entries;
  for (int i = 0; i < rows.size(); ++i) {
    const postgres::Row row = rows[i];
    StoredHistory entry;
    entry.time = row.Time(0);
    entry.key = row.Text(1);
    entry.type = row.Text(2);
    entry.principal = row.Text(3);
    entry.organisation = row.Text(4);
    entry.resource = row.Text(5);
    entry.from_state = row.Text(6);
    entry.to_state = row.Text(7);
    entry.detail = row.Text(8);
    entry.outcome = row.Text(9);
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

Task<absl::StatusOr<std::vector<StoredHistory>>> ListHistory(postgres::Database& database,
                                                             absl::Time deadline,
                                                             const HistoryFilter& filter) {
  const std::string types = TextArray(filter.types);
  auto rows = co_await database.Query(deadline, kList, filter.dispute, types, filter.after_time,
                                      filter.after_key, filter.limit);
  if (!rows.ok()) co_return rows.status();
  co_return EntriesOf(*rows);
}

Task<absl::StatusOr<std::vector<StoredHistory>>> ListHistory(postgres::Transaction& transaction,
                                                             const std::string& dispute,
                                                             int limit) {
  const std::string types = TextArray({}), first;
  auto rows = co_await transaction.Execute(kList, dispute, types, absl::UnixEpoch(), first, limit);
  if (!rows.ok()) co_return rows.status();
  co_return EntriesOf(*rows);
}

}  // namespace maplebridge::registry
