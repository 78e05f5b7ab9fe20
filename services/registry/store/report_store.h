// All SQL on reports, and on what they count.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

struct Report {
  std::string parent;  // "organisations/{id}" or "campaigns/{id}"
  std::string id;
  std::string kind;  // "DISPUTE_LEDGER", "CAMPAIGN_REPORT"
  std::string number;
  std::string organisation_name;  // or the campaign's place
  std::uint64_t division = 0;
  absl::CivilDay start_day, end_day;
  bool names_parties = false;
  int entry_count = 0;
  std::int64_t size = 0;
  std::string sha256, sm3;
  int page_count = 0;
  std::string template_name;
  std::string signature;    // DER
  std::string signing_key;  // id
  absl::Time create_time;

  std::string name() const { return parent + "/reports/" + id; }
};

// The next serial of this kind in the county and year; one that is not used leaves a gap.
Task<absl::StatusOr<int>> NextReportSerial(postgres::Database& database, absl::Time deadline,
                                           const std::string& kind, const std::string& county,
                                           int year);
Task<absl::Status> InsertReport(postgres::Transaction& transaction, const Report& report,
                                const std::string& principal);
// NOT_FOUND when there is none.
Task<absl::StatusOr<Report>> ReadReport(postgres::Database& database, absl::Time deadline,
                                        const std::string& parent, const std::string& id);
Task<absl::StatusOr<Report>> ReadReport(postgres::Transaction& transaction,
                                        const std::string& parent, const std::string& id);
// By the number printed on it; unset when there is none.
Task<absl::StatusOr<std::optional<Report>>> FindReport(postgres::Database& database,
                                                       absl::Time deadline,
                                                       const std::string& number);
// By id, after the given one; `with_parties` false leaves out those that name parties.
Task<absl::StatusOr<std::vector<Report>>> ListReports(postgres::Database& database,
                                                      absl::Time deadline,
                                                      const std::string& parent, bool with_parties,
                                                      const std::string& after, int limit);
// Who read a report that names parties.
Task<absl::Status> RecordReportRead(postgres::Database& database, absl::Time deadline,
                                    const std::string& report, const std::string& principal,
                                    absl::Time now, const std::string& trace_id);

// A dispute in its organisation's ledger.
struct LedgerRow {
  Dispute dispute;   // without its parties
  std::string form;  // "WRITTEN", "ORAL"; empty without an agreement
};
// Of the organisation, reported from `begin` to before `end`, the first reported first.
Task<absl::StatusOr<std::vector<LedgerRow>>> ListLedger(postgres::Database& database,
                                                        absl::Time deadline,
                                                        const std::string& organisation,
                                                        absl::Time begin, absl::Time end,
                                                        int limit);
// Names of the first parties in each position of these disputes.
struct LedgerParties {
  std::string dispute;
  std::string position;  // "APPLICANT", …
  std::string names;     // "张三、李四、王五"
  int count = 0;         // of all in this position
};
Task<absl::StatusOr<std::vector<LedgerParties>>> ListLedgerParties(
    postgres::Database& database, absl::Time deadline, const std::vector<std::string>& disputes);

// One count of a campaign: "visits" (how many, of households), "measures" (how many, completed),
// "visited", "state", "severity" and "category" with their word, "place" with its first code
// (visited villages, risks) and "place_visits" with its first code (visits).
struct CampaignCount {
  std::string what;
  std::string word;
  std::int64_t count = 0;
  std::int64_t second = 0;
};
// All counts as of one moment. Places by their first and last code.
Task<absl::StatusOr<std::vector<CampaignCount>>> CountCampaign(
    postgres::Database& database, absl::Time deadline, const std::string& campaign,
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>& places);

}  // namespace maplebridge::registry
