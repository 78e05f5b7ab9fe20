#include "services/registry/store/report_store.h"

#include "common/status/error.h"
#include "services/registry/store/dispute_row.h"

namespace maplebridge::registry {
namespace {

using postgres::ArrayParameter;
using postgres::Row;
using postgres::Statement;

#define MB_REPORT_COLUMNS                                                                         \
  "parent, report_id, kind, number, organisation_name, division, start_day, end_day, "            \
  "names_parties, entry_count, size, sha256, sm3, page_count, template, signature, signing_key, " \
  "create_time"

// $1 kind, $2 county, $3 year.
constexpr Statement kSerial{"report_serial", R"(
  INSERT INTO report_serials AS s (kind, county, year, last) VALUES ($1, $2, $3, 1)
  ON CONFLICT (kind, county, year) DO UPDATE SET last = s.last + 1
  RETURNING last)"};
// In the order of the columns, then the principal.
constexpr Statement kInsert{"report_insert",
                            "INSERT INTO reports (" MB_REPORT_COLUMNS
                            ", principal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
                            "$12, $13, $14, $15, $16, $17, $18, $19)"};
// $1 parent, $2 id.
constexpr Statement kRead{"report_read", "SELECT " MB_REPORT_COLUMNS
                                         " FROM reports WHERE parent = $1 AND report_id = $2"};
// $1 number.
constexpr Statement kFind{"report_find",
                          "SELECT " MB_REPORT_COLUMNS " FROM reports WHERE number = $1"};
// $1 parent, $2 with those that name parties, $3 after, $4 limit.
constexpr Statement kList{"reports_list",
                          "SELECT " MB_REPORT_COLUMNS
                          " FROM reports"
                          " WHERE parent = $1 AND ($2::boolean OR NOT names_parties)"
                          " AND report_id > $3"
                          " ORDER BY report_id LIMIT $4"};
// $1 report, $2 principal, $3 time, $4 trace.
constexpr Statement kRecordRead{"report_read_record", R"(
  INSERT INTO report_reads (report, principal, read_time, trace_id) VALUES ($1, $2, $3, $4))"};

// $1 organisation, $2 begin, $3 end, $4 limit. The form stands behind a dispute's own columns.
constexpr Statement kLedger{
    "ledger_list", "SELECT " MB_DISPUTE_COLUMNS
                   ", coalesce((SELECT a.form FROM agreements a WHERE a.dispute = disputes.number"
                   " AND a.ordinal = disputes.conclusion_agreement), '')"
                   " FROM disputes"
                   " WHERE organisation = $1 AND organisation <> ''"
                   " AND create_time >= $2::timestamptz AND create_time < $3::timestamptz"
                   " ORDER BY create_time, number LIMIT $4"};
constexpr int kFormColumn = kDisputeColumnCount;
// $1 disputes.
constexpr Statement kLedgerParties{"ledger_parties", R"(
  SELECT dispute, position, string_agg(display_name, '、' ORDER BY ordinal) FILTER (WHERE place <= 3),
         count(*)
  FROM (SELECT dispute, position, display_name, ordinal,
               row_number() OVER (PARTITION BY dispute, position ORDER BY ordinal) AS place
        FROM parties WHERE dispute = ANY($1::text[])) p
  GROUP BY dispute, position
  ORDER BY dispute, position)"};

// $1 campaign, $2 first codes of places, $3 last ones. One statement, so that all is of one moment.
constexpr Statement kCount{"campaign_count", R"(
  WITH v AS (SELECT division, household_count FROM visits WHERE campaign = $1),
  w AS (SELECT division FROM visited_villages WHERE campaign = $1),
  r AS (SELECT risk_entry_id, state, severity, category, division FROM risk_entries
        WHERE campaign = $1),
  m AS (SELECT complete_time FROM preventive_measures
        WHERE risk_entry IN (SELECT risk_entry_id FROM r)),
  p AS (SELECT first, last FROM unnest($2::bigint[], $3::bigint[]) AS t (first, last))
  SELECT 'visits', '', count(*), coalesce(sum(household_count), 0)::bigint FROM v
  UNION ALL SELECT 'visited', '', count(*), 0::bigint FROM w
  UNION ALL SELECT 'measures', '', count(*), count(complete_time) FROM m
  UNION ALL SELECT 'state', state, count(*), 0::bigint FROM r GROUP BY state
  UNION ALL SELECT 'severity', severity, count(*), 0::bigint FROM r GROUP BY severity
  UNION ALL SELECT 'category', category, count(*), 0::bigint FROM r GROUP BY category
  UNION ALL SELECT 'place', p.first::text,
                   (SELECT count(*) FROM w WHERE w.division BETWEEN p.first AND p.last),
                   (SELECT count(*) FROM r WHERE r.division BETWEEN p.first AND p.last)
            FROM p
  UNION ALL SELECT 'place_visits', p.first::text,
                   (SELECT count(*) FROM v WHERE v.division BETWEEN p.first AND p.last), 0::bigint
            FROM p)"};

Report ReportOf(const Row& row) {
  Report report;
  report.parent = row.Text(0);
  report.id = row.Text(1);
  report.kind = row.Text(2);
  report.number = row.Text(3);
  report.organisation_name = row.Text(4);
  report.division = static_cast<std::uint64_t>(row.Int64(5));
  report.start_day = row.Day(6);
  report.end_day = row.Day(7);
  report.names_parties = row.Bool(8);
  report.entry_count = static_cast<int>(row.Int64(9));
  report.size = row.Int64(10);
  report.sha256 = row.Text(11);
  report.sm3 = row.Text(12);
  report.page_count = static_cast<int>(row.Int64(13));
  report.template_name = row.Text(14);
  report.signature = row.Bytes(15);
  report.signing_key = row.Text(16);
  report.create_time = row.Time(17);
  return report;
}

absl::StatusOr<Report> OneReport(const absl::StatusOr<postgres::Result>& rows,
                                 const std::string& parent, const std::string& id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return NotFoundError(parent + "/reports/" + id);
  return ReportOf((*rows)[0]);
}

}  // namespace

Task<absl::StatusOr<int>> NextReportSerial(postgres::Database& database, absl::Time deadline,
                                           const std::string& kind, const std::string& county,
                                           int year) {
  auto rows = co_await database.Query(deadline, kSerial, kind, county, year);
  if (!rows.ok()) co_return rows.status();
  co_return static_cast<int>((*rows)[0].Int64(0));
}

Task<absl::Status> InsertReport(postgres::Transaction& transaction, const Report& report,
                                const std::string& principal) {
  const postgres::Bytes signature{report.signature};
  auto inserted = co_await transaction.Execute(
      kInsert, report.parent, report.id, report.kind, report.number, report.organisation_name,
      report.division, report.start_day, report.end_day, report.names_parties, report.entry_count,
      report.size, report.sha256, report.sm3, report.page_count, report.template_name, signature,
      report.signing_key, report.create_time, principal);
  co_return inserted.status();
}

Task<absl::StatusOr<Report>> ReadReport(postgres::Database& database, absl::Time deadline,
                                        const std::string& parent, const std::string& id) {
  auto rows = co_await database.Query(deadline, kRead, parent, id);
  co_return OneReport(rows, parent, id);
}

Task<absl::StatusOr<Report>> ReadReport(postgres::Transaction& transaction,
                                        const std::string& parent, const std::string& id) {
  auto rows = co_await transaction.Execute(kRead, parent, id);
  co_return OneReport(rows, parent, id);
}

Task<absl::StatusOr<std::optional<Report>>> FindReport(postgres::Database& database,
                                                       absl::Time deadline,
                                                       const std::string& number) {
  auto rows = co_await database.Query(deadline, kFind, number);
  if (!rows.ok()) co_return rows.status();
  std::optional<Report> found;
  if (!rows->empty()) found = ReportOf((*rows)[0]);
  co_return found;
}

Task<absl::StatusOr<std::vector<Report>>> ListReports(postgres::Database& database,
                                                      absl::Time deadline,
                                                      const std::string& parent, bool with_parties,
                                                      const std::string& after, int limit) {
  auto rows = co_await database.Query(deadline, kList, parent, with_parties, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Report> reports;
  for (int i = 0; i < rows->size(); ++i) reports.push_back(ReportOf((*rows)[i]));
  co_return reports;
}

Task<absl::Status> RecordReportRead(postgres::Database& database, absl::Time deadline,
                                    const std::string& report, const std::string& principal,
                                    absl::Time now, const std::string& trace_id) {
  auto recorded = co_await database.Query(deadline, kRecordRead, report, principal, now, trace_id);
  co_return recorded.status();
}

Task<absl::StatusOr<std::vector<LedgerRow>>> ListLedger(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const std::string& organisation,
                                                        absl::Time begin, absl::Time end,
                                                        int limit) {
  auto rows = co_await database.Query(deadline, kLedger, organisation, begin, end, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<LedgerRow> ledger;
  for (int i = 0; i < rows->size(); ++i) {
    LedgerRow row;
    row.dispute = DisputeOf((*rows)[i]);
    row.form = (*rows)[i].Text(kFormColumn);
    ledger.push_back(std::move(row));
  }
  co_return ledger;
}

Task<absl::StatusOr<std::vector<LedgerParties>>> ListLedgerParties(
    postgres::Database& database, absl::Time deadline, const std::vector<std::string>& disputes) {
  ArrayParameter numbers;
  for (const std::string& dispute : disputes) numbers.Push(std::string_view(dispute));
  auto rows = co_await database.Query(deadline, kLedgerParties, numbers.Take());
  if (!rows.ok()) co_return rows.status();
  std::vector<LedgerParties> parties;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    parties.push_back({row.Text(0), row.Text(1), row.Text(2), static_cast<int>(row.Int64(3))});
  }
  co_return parties;
}

Task<absl::StatusOr<std::vector<CampaignCount>>> CountCampaign(
    postgres::Database& database, absl::Time deadline, const std::string& campaign,
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>& places) {
  ArrayParameter first, last;
  for (const auto& [begin, end] : places) {
    first.Push(static_cast<std::int64_t>(begin));
    last.Push(static_cast<std::int64_t>(end));
  }
  auto rows = co_await database.Query(deadline, kCount, campaign, first.Take(), last.Take());
  if (!rows.ok()) co_return rows.status();
  std::vector<CampaignCount> counts;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    counts.push_back({row.Text(0), row.Text(1), row.Int64(2), row.Int64(3)});
  }
  co_return counts;
}

}  // namespace maplebridge::registry
