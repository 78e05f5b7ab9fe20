// All SQL on campaigns, assignments and visits.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "common/postgres/database.h"
#include "services/registry/domain/campaign.h"

namespace maplebridge::registry {

Task<absl::Status> InsertCampaign(postgres::Transaction& transaction, const Campaign& campaign,
                                  const std::string& principal);
// With its figures. NOT_FOUND when there is none.
Task<absl::StatusOr<Campaign>> ReadCampaign(postgres::Database& database, absl::Time deadline,
                                            const std::string& id);
Task<absl::StatusOr<Campaign>> ReadCampaign(postgres::Transaction& transaction,
                                            const std::string& id);
// Locked against changes; `exclusive`: also against visits, and with its figures.
Task<absl::StatusOr<Campaign>> LockCampaign(postgres::Transaction& transaction,
                                            const std::string& id, bool exclusive);
// Stores state, conclusion, close time, number of assignments, revision.
Task<absl::Status> UpdateCampaign(postgres::Transaction& transaction, const Campaign& campaign);
// Those that reach into `place` (leading digits, empty for all), by id.
Task<absl::StatusOr<std::vector<Campaign>>> ListCampaigns(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const std::string& place,
                                                          const std::string& state,
                                                          const std::string& after, int limit);

struct VillageAssignment {
  std::string campaign;  // id
  int ordinal = 0;
  std::uint64_t first = 0, last = 0;
  std::string organisation;
  std::vector<std::string> forces;
  absl::CivilDay due_day;
};
Task<absl::Status> InsertAssignment(postgres::Transaction& transaction,
                                    const VillageAssignment& assignment, absl::Time now,
                                    const std::string& principal);
Task<absl::StatusOr<VillageAssignment>> ReadAssignment(postgres::Transaction& transaction,
                                                       const std::string& campaign, int ordinal);
// Those that hold a code between `first` and `last`, the one of the smallest place and then the
// latest first.
Task<absl::StatusOr<std::vector<VillageAssignment>>> ListAssignments(postgres::Database& database,
                                                                     absl::Time deadline,
                                                                     const std::string& campaign,
                                                                     std::uint64_t first,
                                                                     std::uint64_t last);

struct Visit {
  std::string campaign;  // id
  std::string id;
  std::uint64_t division = 0;
  absl::CivilDay visit_day;
  std::vector<std::string> forces;
  int household_count = 0;
  std::string notes;
  std::string organisation;
  absl::Time create_time;
  std::string name() const { return "campaigns/" + campaign + "/visits/" + id; }
};
// With the count of its village.
Task<absl::Status> InsertVisit(postgres::Transaction& transaction, const Visit& visit,
                               const std::string& principal);
Task<absl::StatusOr<Visit>> ReadVisit(postgres::Transaction& transaction,
                                      const std::string& campaign, const std::string& id);
Task<absl::StatusOr<std::vector<Visit>>> ListVisits(postgres::Database& database,
                                                    absl::Time deadline,
                                                    const std::string& campaign,
                                                    std::uint64_t first, std::uint64_t last,
                                                    const std::string& after, int limit);

struct VisitedVillage {
  std::uint64_t division = 0;
  int visit_count = 0;
  absl::CivilDay last_day;
};
// Visited villages with codes from `first` to `last`, by code.
Task<absl::StatusOr<std::vector<VisitedVillage>>> ListVisited(postgres::Database& database,
                                                              absl::Time deadline,
                                                              const std::string& campaign,
                                                              std::uint64_t first,
                                                              std::uint64_t last);
struct PlaceCount {
  std::uint64_t first = 0, last = 0;
  int visited = 0;
  int risks = 0;
};
// Fills in how many villages were visited and risks found in each range.
Task<absl::Status> CountPlaces(postgres::Database& database, absl::Time deadline,
                               const std::string& campaign, std::vector<PlaceCount>* places);

}  // namespace maplebridge::registry
