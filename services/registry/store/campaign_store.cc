#include "services/registry/store/campaign_store.h"

#include <absl/strings/str_cat.h>

#include "common/status/error.h"
#include "services/registry/store/text_array.h"

namespace maplebridge::registry {
namespace {

using postgres::Row;
using postgres::Statement;

// Counting takes the longer the more villages were visited: only where the figures are told.
#define MB_CAMPAIGN_COLUMNS                                                                \
  MB_CAMPAIGN_OWN_COLUMNS                                                                  \
  ", (SELECT count(*) FROM visited_villages v WHERE v.campaign = campaigns.campaign_id), " \
  "(SELECT count(*) FROM risk_entries r WHERE r.campaign = campaigns.campaign_id)"
#define MB_CAMPAIGN_OWN_COLUMNS \
  "campaign_id, title, kind, mode, theme, " MB_TEXTS("divisions") ", "                      \
  MB_TEXTS("categories") ", " MB_TEXTS("groups") ", " MB_TEXTS("forces")                    \
  ", start_day, end_day, state, village_count, conclusion, create_time, close_time, "       \
  "assignment_count, revision"

constexpr Statement kInsert{"campaign_insert", R"(
  INSERT INTO campaigns (campaign_id, title, kind, mode, theme, divisions, prefixes,
                         categories, groups, forces, start_day, end_day, state, village_count,
                         create_time, principal, revision)
  VALUES ($1, $2, $3, $4, $5, $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11,
          $12, 'OPEN', $13, $14, $15, 1))"};
// $1 id.
constexpr Statement kRead{"campaign_read",
                          "SELECT " MB_CAMPAIGN_COLUMNS " FROM campaigns WHERE campaign_id = $1"};
constexpr Statement kLock{"campaign_lock", "SELECT " MB_CAMPAIGN_COLUMNS
                                           " FROM campaigns WHERE campaign_id = $1"
                                           " FOR NO KEY UPDATE"};
constexpr Statement kShare{"campaign_share", "SELECT " MB_CAMPAIGN_OWN_COLUMNS
                                             ", 0, 0 FROM campaigns WHERE campaign_id = $1"
                                             " FOR SHARE"};
constexpr Statement kUpdate{"campaign_update", R"(
  UPDATE campaigns
  SET state = $2, conclusion = $3, close_time = $4, assignment_count = $5, revision = $6
  WHERE campaign_id = $1)"};
// $1 leading digits of a place or "", $2 state or "", $3 after, $4 limit.
constexpr Statement kList{"campaigns_list",
                          "SELECT " MB_CAMPAIGN_COLUMNS
                          " FROM campaigns"
                          " WHERE campaign_id > $3 AND ($2::text = '' OR state = $2::text)"
                          " AND ($1::text = '' OR EXISTS (SELECT FROM unnest(prefixes) p"
                          " WHERE starts_with(p, $1::text) OR starts_with($1::text, p)))"
                          " ORDER BY campaign_id LIMIT $4"};

constexpr Statement kInsertAssignment{"assignment_insert", R"(
  INSERT INTO village_assignments (campaign, ordinal, first, last, organisation, forces, due_day,
                                   create_time, principal)
  VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9))"};
#define MB_ASSIGNMENT_COLUMNS \
  "campaign, ordinal, first, last, organisation, " MB_TEXTS("forces") ", due_day"
constexpr Statement kReadAssignment{"assignment_read", "SELECT " MB_ASSIGNMENT_COLUMNS
                                                       " FROM village_assignments"
                                                       " WHERE campaign = $1 AND ordinal = $2"};
// $1 campaign, $2 first, $3 last.
constexpr Statement kListAssignments{"assignments_list",
                                     "SELECT " MB_ASSIGNMENT_COLUMNS
                                     " FROM village_assignments"
                                     " WHERE campaign = $1 AND first <= $3 AND last >= $2"
                                     " ORDER BY last - first, ordinal DESC"};

constexpr Statement kInsertVisit{"visit_insert", R"(
  INSERT INTO visits (campaign, visit_id, division, visit_day, forces, household_count, notes,
                      organisation, create_time, principal)
  VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8, $9, $10))"};
constexpr Statement kCountVisit{"visit_count", R"(
  INSERT INTO visited_villages (campaign, division, visit_count, last_day)
  VALUES ($1, $2, 1, $3)
  ON CONFLICT (campaign, division) DO UPDATE
  SET visit_count = visited_villages.visit_count + 1,
      last_day = greatest(visited_villages.last_day, excluded.last_day))"};
#define MB_VISIT_COLUMNS \
  "campaign, visit_id, division, visit_day, " MB_TEXTS("forces") ", household_count, "  \
  "notes, organisation, create_time"
constexpr Statement kReadVisit{
    "visit_read", "SELECT " MB_VISIT_COLUMNS " FROM visits WHERE campaign = $1 AND visit_id = $2"};
// $1 campaign, $2 first, $3 last, $4 after, $5 limit.
constexpr Statement kListVisits{"visits_list", "SELECT " MB_VISIT_COLUMNS
                                               " FROM visits"
                                               " WHERE campaign = $1 AND division BETWEEN $2 AND $3"
                                               " AND visit_id > $4 ORDER BY visit_id LIMIT $5"};
// $1 campaign, $2 first, $3 last.
constexpr Statement kListVisited{"visited_list", R"(
  SELECT division, visit_count, last_day FROM visited_villages
  WHERE campaign = $1 AND division BETWEEN $2 AND $3
  ORDER BY division)"};
// $1 campaign, $2 firsts, $3 lasts.
constexpr Statement kCountPlaces{"places_count", R"(
  SELECT (SELECT count(*) FROM visited_villages v
          WHERE v.campaign = $1 AND v.division BETWEEN p.first AND p.last),
         (SELECT count(*) FROM risk_entries r
          WHERE r.campaign = $1 AND r.division BETWEEN p.first AND p.last)
  FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS p (first, last, place)
  ORDER BY p.place)"};

Campaign CampaignOf(const Row& row) {
  Campaign campaign;
  campaign.id = row.Text(0);
  campaign.title = row.Text(1);
  campaign.kind = row.Text(2);
  campaign.mode = row.Text(3);
  campaign.theme = row.Text(4);
  for (const std::string& code : TextsOf(row.View(5))) {
    auto place = division::DivisionCode::Parse(code);
    if (place.ok()) campaign.divisions.push_back(*place);
  }
  campaign.categories = TextsOf(row.View(6));
  campaign.groups = TextsOf(row.View(7));
  campaign.forces = TextsOf(row.View(8));
  campaign.start_day = row.Day(9);
  campaign.end_day = row.Day(10);
  campaign.state = row.Text(11);
  campaign.village_count = static_cast<int>(row.Int64(12));
  campaign.conclusion = row.Text(13);
  campaign.create_time = row.Time(14);
  campaign.close_time = row.OptionalTime(15);
  campaign.assignment_count = static_cast<int>(row.Int64(16));
  campaign.revision = row.Int64(17);
  campaign.visited_count = static_cast<int>(row.Int64(18));
  campaign.risk_count = static_cast<int>(row.Int64(19));
  return campaign;
}

VillageAssignment AssignmentOf(const Row& row) {
  VillageAssignment assignment;
  assignment.campaign = row.Text(0);
  assignment.ordinal = static_cast<int>(row.Int64(1));
  assignment.first = static_cast<std::uint64_t>(row.Int64(2));
  assignment.last = static_cast<std::uint64_t>(row.Int64(3));
  assignment.organisation = row.Text(4);
  assignment.forces = TextsOf(row.View(5));
  assignment.due_day = row.Day(6);
  return assignment;
}

Visit VisitOf(const Row& row) {
  Visit visit;
  visit.campaign = row.Text(0);
  visit.id = row.Text(1);
  visit.division = static_cast<std::uint64_t>(row.Int64(2));
  visit.visit_day = row.Day(3);
  visit.forces = TextsOf(row.View(4));
  visit.household_count = static_cast<int>(row.Int64(5));
  visit.notes = row.Text(6);
  visit.organisation = row.Text(7);
  visit.create_time = row.Time(8);
  return visit;
}

absl::StatusOr<Campaign> OneCampaign(const absl::StatusOr<postgres::Result>& rows,
                                     const std::string& id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return NotFoundError("campaigns/" + id);
  return CampaignOf((*rows)[0]);
}

}  // namespace

Task<absl::Status> InsertCampaign(postgres::Transaction& transaction, const Campaign& campaign,
                                  const std::string& principal) {
  std::vector<std::string> divisions, prefixes;
  for (const auto& place : campaign.divisions) {
    divisions.push_back(place.ToString());
    prefixes.push_back(place.Prefix());
  }
  auto inserted = co_await transaction.Execute(
      kInsert, campaign.id, campaign.title, campaign.kind, campaign.mode, campaign.theme,
      TextArray(divisions), TextArray(prefixes), TextArray(campaign.categories),
      TextArray(campaign.groups), TextArray(campaign.forces), campaign.start_day, campaign.end_day,
      campaign.village_count, campaign.create_time, principal);
  co_return inserted.status();
}

Task<absl::StatusOr<Campaign>> ReadCampaign(postgres::Database& database, absl::Time deadline,
                                            const std::string& id) {
  auto rows = co_await database.Query(deadline, kRead, id);
  co_return OneCampaign(rows, id);
}

Task<absl::StatusOr<Campaign>> ReadCampaign(postgres::Transaction& transaction,
                                            const std::string& id) {
  auto rows = co_await transaction.Execute(kRead, id);
  co_return OneCampaign(rows, id);
}

Task<absl::StatusOr<Campaign>> LockCampaign(postgres::Transaction& transaction,
                                            const std::string& id, bool exclusive) {
  const Statement& statement = exclusive ? kLock : kShare;
  auto rows = co_await transaction.Execute(statement, id);
  co_return OneCampaign(rows, id);
}

Task<absl::Status> UpdateCampaign(postgres::Transaction& transaction, const Campaign& campaign) {
  auto updated = co_await transaction.Execute(kUpdate, campaign.id, campaign.state,
                                              campaign.conclusion, campaign.close_time,
                                              campaign.assignment_count, campaign.revision);
  co_return updated.status();
}

Task<absl::StatusOr<std::vector<Campaign>>> ListCampaigns(postgres::Database& database,
                                                          absl::Time deadline,
                                                          const std::string& place,
                                                          const std::string& state,
                                                          const std::string& after, int limit) {
  auto rows = co_await database.Query(deadline, kList, place, state, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Campaign> campaigns;
  for (int i = 0; i < rows->size(); ++i) campaigns.push_back(CampaignOf((*rows)[i]));
  co_return campaigns;
}

Task<absl::Status> InsertAssignment(postgres::Transaction& transaction,
                                    const VillageAssignment& assignment, absl::Time now,
                                    const std::string& principal) {
  auto inserted = co_await transaction.Execute(
      kInsertAssignment, assignment.campaign, assignment.ordinal, assignment.first, assignment.last,
      assignment.organisation, TextArray(assignment.forces), assignment.due_day, now, principal);
  co_return inserted.status();
}

Task<absl::StatusOr<VillageAssignment>> ReadAssignment(postgres::Transaction& transaction,
                                                       const std::string& campaign, int ordinal) {
  auto rows = co_await transaction.Execute(kReadAssignment, campaign, ordinal);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("campaigns/", campaign, "/assignments/", ordinal));
  }
  co_return AssignmentOf((*rows)[0]);
}

Task<absl::StatusOr<std::vector<VillageAssignment>>> ListAssignments(postgres::Database& database,
                                                                     absl::Time deadline,
                                                                     const std::string& campaign,
                                                                     std::uint64_t first,
                                                                     std::uint64_t last) {
  auto rows = co_await database.Query(deadline, kListAssignments, campaign, first, last);
  if (!rows.ok()) co_return rows.status();
  std::vector<VillageAssignment> assignments;
  for (int i = 0; i < rows->size(); ++i) assignments.push_back(AssignmentOf((*rows)[i]));
  co_return assignments;
}

Task<absl::Status> InsertVisit(postgres::Transaction& transaction, const Visit& visit,
                               const std::string& principal) {
  auto inserted =
      co_await transaction.Execute(kInsertVisit, visit.campaign, visit.id, visit.division,
                                   visit.visit_day, TextArray(visit.forces), visit.household_count,
                                   visit.notes, visit.organisation, visit.create_time, principal);
  if (!inserted.ok()) co_return inserted.status();
  auto counted =
      co_await transaction.Execute(kCountVisit, visit.campaign, visit.division, visit.visit_day);
  co_return counted.status();
}

Task<absl::StatusOr<Visit>> ReadVisit(postgres::Transaction& transaction,
                                      const std::string& campaign, const std::string& id) {
  auto rows = co_await transaction.Execute(kReadVisit, campaign, id);
  if (!rows.ok()) co_return rows.status();
  if (rows->empty()) {
    co_return NotFoundError(absl::StrCat("campaigns/", campaign, "/visits/", id));
  }
  co_return VisitOf((*rows)[0]);
}

Task<absl::StatusOr<std::vector<Visit>>> ListVisits(postgres::Database& database,
                                                    absl::Time deadline,
                                                    const std::string& campaign,
                                                    std::uint64_t first, std::uint64_t last,
                                                    const std::string& after, int limit) {
  auto rows = co_await database.Query(deadline, kListVisits, campaign, first, last, after, limit);
  if (!rows.ok()) co_return rows.status();
  std::vector<Visit> visits;
  for (int i = 0; i < rows->size(); ++i) visits.push_back(VisitOf((*rows)[i]));
  co_return visits;
}

Task<absl::StatusOr<std::vector<VisitedVillage>>> ListVisited(postgres::Database& database,
                                                              absl::Time deadline,
                                                              const std::string& campaign,
                                                              std::uint64_t first,
                                                              std::uint64_t last) {
  auto rows = co_await database.Query(deadline, kListVisited, campaign, first, last);
  if (!rows.ok()) co_return rows.status();
  std::vector<VisitedVillage> visited;
  for (int i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    visited.push_back(
        {static_cast<std::uint64_t>(row.Int64(0)), static_cast<int>(row.Int64(1)), row.Day(2)});
  }
  co_return visited;
}

Task<absl::Status> CountPlaces(postgres::Database& database, absl::Time deadline,
                               const std::string& campaign, std::vector<PlaceCount>* places) {
  postgres::ArrayParameter firsts, lasts;
  for (const PlaceCount& place : *places) {
    firsts.Push(static_cast<std::int64_t>(place.first));
    lasts.Push(static_cast<std::int64_t>(place.last));
  }
  auto rows =
      co_await database.Query(deadline, kCountPlaces, campaign, firsts.Take(), lasts.Take());
  if (!rows.ok()) co_return rows.status();
  for (int i = 0; i < rows->size(); ++i) {
    (*places)[static_cast<std::size_t>(i)].visited = static_cast<int>((*rows)[i].Int64(0));
    (*places)[static_cast<std::size_t>(i)].risks = static_cast<int>((*rows)[i].Int64(1));
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
