// Sums of the daily counts for a place, an organisation or a court.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/analytics/domain/indicator.h"
#include "services/analytics/domain/suppression.h"

namespace maplebridge::analytics {

// Every statement after this one in the transaction sees the same moment, so that figures of
// several levels and the feeds' positions agree. Must be the first.
Task<absl::Status> ReadOneMoment(postgres::Transaction& transaction);

// Whose counts are summed. Exactly one of the three is set.
struct CountScope {
  struct Places {
    std::int64_t first = 0;  // 12 digits
    std::int64_t last = 0;
  };
  std::optional<Places> places;
  std::string organisation;
  std::string court;
};

struct SumQuestion {
  CountScope scope;
  absl::CivilDay start_day;
  absl::CivilDay end_day;
  std::vector<Measure> measures;
  // True when sums of all days until the end are wanted as well.
  bool with_all_before = false;
  // How many leading digits of the division make a row; 0 for one row in all.
  int digits = 0;
};

// By the leading digits; "" for one row in all. Places without a count are absent.
using SumsByPlace = std::map<std::string, MeasureSums>;
Task<absl::StatusOr<SumsByPlace>> ReadSums(postgres::Transaction& transaction,
                                           const SumQuestion& question);

// Counts of the nation by township, for deciding what is published.
Task<absl::StatusOr<std::map<Measure, TownshipCounts>>> ReadTownshipCounts(
    postgres::Transaction& transaction, absl::CivilDay start_day, absl::CivilDay end_day,
    const std::vector<Measure>& measures);

// The division where the organisation is filed, 12 digits; empty when the roster has not told.
Task<absl::StatusOr<std::string>> ReadOrganisationDivision(postgres::Transaction& transaction,
                                                           std::string organisation);

struct FeedState {
  std::string feed;
  std::int64_t position = 0;
  std::optional<absl::Time> event_time;
  std::optional<absl::Time> update_time;
};
Task<absl::StatusOr<std::vector<FeedState>>> ReadFeedStates(postgres::Transaction& transaction);

}  // namespace maplebridge::analytics
