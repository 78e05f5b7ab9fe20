// All SQL on risk entries and their measures.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/risk_entry.h"

namespace maplebridge::registry {

Task<absl::Status> InsertRiskEntry(postgres::Transaction& transaction, const RiskEntry& entry,
                                   const std::string& principal);
// With its measures. NOT_FOUND when there is none.
Task<absl::StatusOr<RiskEntry>> ReadRiskEntry(postgres::Database& database, absl::Time deadline,
                                              const std::string& id);
Task<absl::StatusOr<RiskEntry>> ReadRiskEntry(postgres::Transaction& transaction,
                                              const std::string& id);
Task<absl::StatusOr<RiskEntry>> LockRiskEntry(postgres::Transaction& transaction,
                                              const std::string& id);
// Stores what a step may change but the measures; the row is locked.
Task<absl::Status> UpdateRiskEntry(postgres::Transaction& transaction, const RiskEntry& entry);
Task<absl::Status> InsertMeasure(postgres::Transaction& transaction, const RiskEntry& entry,
                                 const PreventiveMeasure& measure, absl::Time now,
                                 const std::string& principal);
Task<absl::Status> CompleteMeasure(postgres::Transaction& transaction, const RiskEntry& entry,
                                   int ordinal, absl::Time now, const std::string& principal);

struct RiskFilter {
  std::string organisation;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  std::string state, severity, campaign;
  bool overdue_only = false;
  std::string after;  // id
  int limit = 50;
};
// By id, which rises with the time it was found; with their measures.
Task<absl::StatusOr<std::vector<RiskEntry>>> ListRiskEntries(postgres::Database& database,
                                                             absl::Time deadline,
                                                             const RiskFilter& filter);

}  // namespace maplebridge::registry
