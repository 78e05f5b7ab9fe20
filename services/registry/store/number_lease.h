// Serials of dispute numbers, by county and year. A loop takes some at a time from the database and
// gives them out from memory, so that concurrent batches do not wait for one row; serials rise and
// may have gaps.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

// The county's six digits, and the year in China.
using CountyYear = std::pair<std::string, int>;
CountyYear CountyYearOf(const Dispute& dispute);

// Belongs to one loop.
class NumberLease {
 public:
  explicit NumberLease(postgres::Database& database) : database_(database) {}

  // One number for each place, in order.
  Task<absl::StatusOr<std::vector<std::string>>> Give(const std::vector<CountyYear>& places,
                                                      absl::Time deadline);

 private:
  // Serials from `next` to `last`; none left when last < next.
  struct Range {
    std::int64_t next = 1;
    std::int64_t last = 0;
  };
  postgres::Database& database_;
  std::map<CountyYear, Range> spare_;
};

// One number for each place, in order, taken in the transaction at hand: its rows of serials stay
// locked until it ends.
Task<absl::StatusOr<std::vector<std::string>>> TakeNumbers(postgres::Transaction& transaction,
                                                           const std::vector<CountyYear>& places);
Task<absl::StatusOr<std::string>> TakeNumber(postgres::Transaction& transaction,
                                             const CountyYear& place);

}  // namespace maplebridge::registry
