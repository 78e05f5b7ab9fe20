// What reports say: an organisation's ledger, the end of a campaign.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/registry/documents/document_values.h"
#include "services/registry/domain/campaign.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

struct LedgerEntry {
  // Without its parties.
  Dispute dispute;
  std::string form;  // "WRITTEN", "ORAL"; empty without an agreement
  // Names, the first few, and how many there are; empty when parties are not named.
  std::string applicants, respondents;
};

struct DisputeLedger {
  std::string organisation;  // name
  absl::CivilDay start_day, end_day;
  bool names_parties = false;
  std::vector<LedgerEntry> entries;
};
TemplateValues DisputeLedgerValues(const DisputeLedger& ledger);

struct ReportedPlace {
  std::string name;
  int village_count = 0;
  int visited_count = 0;
  int visit_count = 0;
  int risk_count = 0;
};

struct CampaignFigures {
  int visited_count = 0;
  int visit_count = 0;
  std::int64_t household_count = 0;
  int measure_count = 0;
  int completed_measure_count = 0;
  // By word of the API.
  std::map<std::string, int> risks_by_state, risks_by_severity, risks_by_category;
  std::vector<ReportedPlace> places;

  int risk_count() const;
};
// `place_names`: of the campaign's divisions.
TemplateValues CampaignReportValues(const Campaign& campaign,
                                    const std::vector<std::string>& place_names,
                                    const CampaignFigures& figures);

}  // namespace maplebridge::registry
