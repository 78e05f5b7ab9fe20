// All SQL on organisations and the steps of their lives.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/postgres/database.h"
#include "services/roster/domain/organisation.h"

namespace maplebridge::roster {

// What a caller may see beyond the published roster. Divisions are ranges of numbers: [first,
// last].
struct Sight {
  bool sees_all = false;
  std::uint64_t division_first = 1;
  std::uint64_t division_last = 0;
  std::string organisation;  // id of the caller's own; empty for none
};

// NOT_FOUND when there is none.
Task<absl::StatusOr<Organisation>> ReadOrganisation(postgres::Database& database,
                                                    absl::Time deadline, const std::string& id);
Task<absl::StatusOr<Organisation>> ReadOrganisation(postgres::Transaction& transaction,
                                                    const std::string& id);
// Reads with the row locked until the transaction ends.
Task<absl::StatusOr<Organisation>> LockOrganisation(postgres::Transaction& transaction,
                                                    const std::string& id);

Task<absl::Status> InsertOrganisation(postgres::Transaction& transaction,
                                      const Organisation& organisation);
// Stores what a step may change; the row is locked by LockOrganisation.
Task<absl::Status> UpdateOrganisation(postgres::Transaction& transaction,
                                      const Organisation& organisation);

// One step of an organisation's life. The organisation is as it is after the step.
struct StepRecord {
  std::string event;
  std::string from_state;  // empty for the first
  std::string reason;      // empty where none is asked for
  std::string actor;
  std::string trace_id;
};
Task<absl::Status> RecordStep(postgres::Transaction& transaction, const Organisation& organisation,
                              const StepRecord& record);

struct OrganisationFilter {
  Sight sight;
  std::string state;
  std::uint64_t division_first = 0;
  std::uint64_t division_last = 999'999'999'999;
  // Go on after this id.
  std::string after;
  int limit = 50;
};
// By id.
Task<absl::StatusOr<std::vector<Organisation>>> ListOrganisations(postgres::Database& database,
                                                                  absl::Time deadline,
                                                                  const OrganisationFilter& filter);

}  // namespace maplebridge::roster
