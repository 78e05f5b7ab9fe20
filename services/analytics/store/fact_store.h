// Facts, the daily counts made from them, organisations, and how far the feeds have been taken in.
// All writing happens in the transaction that moves the feed's cursor.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/analytics/domain/fact.h"
#include "services/analytics/domain/measure.h"

namespace maplebridge::analytics {

// By resource.
using Facts = std::map<std::string, Fact, std::less<>>;
// Those of the resources that are known, under lock.
Task<absl::StatusOr<Facts>> LockFacts(postgres::Transaction& transaction,
                                      const std::set<std::string>& resources);
// A fact as it is after its last change, and when that happened.
struct SavedFact {
  Fact fact;
  absl::Time event_time;
};
Task<absl::Status> SaveFacts(postgres::Transaction& transaction,
                             const std::vector<SavedFact>& facts, absl::Time now);
// Adds the differences to the daily counts. INTERNAL when a cell to take from is not there: the
// counts then do not stand on the facts, and nothing is stored.
Task<absl::Status> Restate(postgres::Transaction& transaction, const CellSums& differences);

struct OrganisationRow {
  std::string organisation;
  std::int64_t revision = 0;
  std::string division;  // 12 digits
  std::string kind;
  std::string state;
};
// Keeps the row unless a newer revision is known.
Task<absl::Status> SaveOrganisation(postgres::Transaction& transaction, const OrganisationRow& row,
                                    absl::Time now);

Task<absl::Status> RecordFeedTime(postgres::Transaction& transaction, std::string source,
                                  absl::Time event_time, absl::Time now);
struct FeedRefusal {
  std::string source;
  std::int64_t position = 0;
  std::string resource;
  std::string event;
  std::string reason;
};
Task<absl::Status> RecordFeedRefusal(postgres::Transaction& transaction, const FeedRefusal& refusal,
                                     absl::Time now);

// All facts; for checking the counts against them.
Task<absl::StatusOr<std::vector<Fact>>> ReadFacts(postgres::Transaction& transaction);
// All daily counts.
Task<absl::StatusOr<CellSums>> ReadDailyCounts(postgres::Transaction& transaction);

}  // namespace maplebridge::analytics
