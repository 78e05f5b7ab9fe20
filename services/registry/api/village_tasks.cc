#include "services/registry/api/village_tasks.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>

#include "common/server/page_token.h"
#include "common/server/request_id.h"
#include "common/server/resource_id.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/words.h"
#include "services/registry/store/campaign_store.h"

namespace maplebridge::registry {
namespace {

// Villages looked at for one page of those that were visited, or were not, before the page ends.
constexpr int kMostScanned = 20'000;

std::string CodeText(std::uint64_t number) {
  return division::DivisionCode::FromNumber(number).ToString();
}

// A place that the request names, inside the campaign; FIELD_INVALID names `field`.
absl::StatusOr<division::DivisionCode> PlaceIn(const Registry& registry, const Campaign& campaign,
                                               std::string_view field, const std::string& text) {
  auto code = registry.divisions().Normalise(text);
  if (!code.ok()) return FieldError(field, std::string(code.status().message()));
  if (!Covers(campaign, *code)) return FieldError(field, "lies outside the campaign");
  return *code;
}

absl::Status RequireOpen(const Campaign& campaign, std::string_view event) {
  if (campaign.state == "OPEN") return absl::OkStatus();
  return StateForbidsError(campaign.name(), campaign.state, event);
}

bool IsWithin(const Campaign& campaign, absl::CivilDay day) {
  return day >= campaign.start_day && day <= campaign.end_day;
}

std::string Period(const Campaign& campaign) {
  return absl::StrCat("must be from ", DayWord(campaign.start_day), " to ",
                      DayWord(campaign.end_day));
}

v1::VillageAssignment AssignmentMessage(const VillageAssignment& assignment) {
  v1::VillageAssignment message;
  message.set_name(
      absl::StrCat("campaigns/", assignment.campaign, "/assignments/", assignment.ordinal));
  message.set_division(CodeText(assignment.first));
  message.set_organisation(assignment.organisation);
  for (const std::string& force : assignment.forces) {
    message.add_forces(EnumOf<v1::Force>("FORCE_", force));
  }
  message.set_due_day(DayWord(assignment.due_day));
  return message;
}

Task<absl::StatusOr<v1::VillageAssignment>> Assign(const Registry& registry,
                                                   postgres::Transaction& transaction,
                                                   const Call& call, const std::string& id,
                                                   const v1::VillageAssignment& message,
                                                   VillageAssignment assignment) {
  const bool exclusive = true;
  auto campaign = co_await LockCampaign(transaction, id, exclusive);
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_RETURN_IF_ERROR(CheckCampaignVisible(call.caller(), *campaign));
  MB_CO_RETURN_IF_ERROR(RequireOpen(*campaign, "AssignVillages"));
  MB_CO_ASSIGN_OR_RETURN(const division::DivisionCode place,
                         PlaceIn(registry, *campaign, "assignment.division", message.division()));
  MB_CO_RETURN_IF_ERROR(RequirePlace(call.caller(), place.ToString()));
  if (!IsWithin(*campaign, assignment.due_day)) {
    co_return FieldError("assignment.due_day", Period(*campaign));
  }
  assignment.campaign = id;
  assignment.ordinal = ++campaign->assignment_count;
  assignment.first = place.number();
  assignment.last = place.LastNumber();
  absl::Status done =
      co_await InsertAssignment(transaction, assignment, call.now(), call.caller().principal);
  if (!done.ok()) co_return done;
  done = co_await UpdateCampaign(transaction, *campaign);
  if (!done.ok()) co_return done;
  co_return AssignmentMessage(assignment);
}

void FillVisit(v1::Visit* message, const Visit& visit) {
  message->set_name(visit.name());
  message->set_division(CodeText(visit.division));
  message->set_visit_day(DayWord(visit.visit_day));
  for (const std::string& force : visit.forces) {
    message->add_forces(EnumOf<v1::Force>("FORCE_", force));
  }
  message->set_household_count(visit.household_count);
  message->set_notes(visit.notes);
  message->set_organisation(visit.organisation);
  SetTime(message->mutable_create_time(), visit.create_time);
}

v1::Visit VisitMessage(const Visit& visit) {
  v1::Visit message;
  FillVisit(&message, visit);
  return message;
}

// What can be said of a visit without its campaign.
absl::StatusOr<Visit> VisitOf(const Call& call, const v1::Visit& message) {
  FieldCheck check;
  Visit visit;
  auto day = DayOf(message.visit_day());
  check.Check("visit.visit_day", day.status());
  if (day.ok()) {
    visit.visit_day = *day;
    check.Require(*day <= calendar::ChinaDay(call.now()), "visit.visit_day",
                  "must not be in the future");
  }
  check.Require(message.household_count() >= 0 && message.household_count() <= 100'000,
                "visit.household_count", "must be 0 to 100000");
  std::string wrong = CheckText(message.notes(), 0, 2000);
  check.Require(wrong.empty(), "visit.notes", wrong);
  check.Require(message.forces_size() > 0, "visit.forces", "must hold one at least");
  MB_RETURN_IF_ERROR(check.status());
  MB_ASSIGN_OR_RETURN(visit.forces, ForcesOf("visit.forces", message.forces()));
  visit.household_count = message.household_count();
  visit.notes = message.notes();
  visit.organisation = call.caller().organisation;
  visit.create_time = call.now();
  return visit;
}

absl::Status CheckVisit(const Campaign& campaign, const Visit& visit) {
  FieldCheck check;
  check.Require(IsWithin(campaign, visit.visit_day), "visit.visit_day", Period(campaign));
  for (std::size_t i = 0; i < visit.forces.size(); ++i) {
    const bool takes_part = std::find(campaign.forces.begin(), campaign.forces.end(),
                                      visit.forces[i]) != campaign.forces.end();
    check.Require(takes_part, absl::StrCat("visit.forces[", i, "]"),
                  "does not take part in the campaign");
  }
  return check.status();
}

Task<absl::StatusOr<v1::Visit>> TakeVisit(const Registry& registry,
                                          postgres::Transaction& transaction, const Call& call,
                                          const std::string& id, const std::string& division,
                                          Visit visit) {
  // Shared: visits do not wait for each other, only for the campaign's end.
  const bool exclusive = false;
  auto campaign = co_await LockCampaign(transaction, id, exclusive);
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_RETURN_IF_ERROR(CheckCampaignVisible(call.caller(), *campaign));
  MB_CO_RETURN_IF_ERROR(RequireOpen(*campaign, "RecordVisit"));
  MB_CO_ASSIGN_OR_RETURN(const division::DivisionCode place,
                         PlaceIn(registry, *campaign, "visit.division", division));
  auto village = registry.divisions().Find(place);
  if (!village || village->has_children) {
    co_return FieldError("visit.division", "must be a village, 12 digits");
  }
  MB_CO_RETURN_IF_ERROR(CheckVisit(*campaign, visit));
  visit.campaign = id;
  visit.division = place.number();
  absl::Status stored = co_await InsertVisit(transaction, visit, call.caller().principal);
  if (!stored.ok()) co_return stored;
  co_return VisitMessage(visit);
}

// Codes from first to last; the whole campaign is its places, one after the other.
using Range = std::pair<std::uint64_t, std::uint64_t>;

absl::StatusOr<std::vector<Range>> RangesOf(const Registry& registry, const Campaign& campaign,
                                            const std::string& division) {
  std::vector<Range> ranges;
  if (division.empty()) {
    for (const auto& place : campaign.divisions) {
      ranges.emplace_back(place.number(), place.LastNumber());
    }
    std::sort(ranges.begin(), ranges.end());
    return ranges;
  }
  MB_ASSIGN_OR_RETURN(const division::DivisionCode place,
                      PlaceIn(registry, campaign, "division", division));
  ranges.emplace_back(place.number(), place.LastNumber());
  return ranges;
}

// What is known of the villages of a range.
struct VillageBook {
  std::vector<VillageAssignment> assignments;
  std::map<std::uint64_t, VisitedVillage> visited;
};

Task<absl::StatusOr<VillageBook>> OpenBook(const Registry& registry, const Call& call,
                                           const std::string& campaign, Range range) {
  VillageBook book;
  auto assignments = co_await ListAssignments(registry.database(call), call.deadline(), campaign,
                                              range.first, range.second);
  if (!assignments.ok()) co_return assignments.status();
  book.assignments = *std::move(assignments);
  auto visited = co_await ListVisited(registry.database(call), call.deadline(), campaign,
                                      range.first, range.second);
  if (!visited.ok()) co_return visited.status();
  for (const VisitedVillage& village : *visited) book.visited[village.division] = village;
  co_return book;
}

void FillTask(v1::VillageTask* message, const Campaign& campaign, const VillageBook& book,
              const division::Division& village, absl::CivilDay today) {
  const std::uint64_t code = village.code.number();
  message->set_name(absl::StrCat(campaign.name(), "/tasks/", village.code.ToString()));
  message->set_division(village.code.ToString());
  message->set_display_name(std::string(village.name));
  const auto visited = book.visited.find(code);
  if (visited != book.visited.end()) {
    message->set_visit_count(visited->second.visit_count);
    message->set_last_visit_day(DayWord(visited->second.last_day));
  }
  for (const VillageAssignment& assignment : book.assignments) {
    if (code < assignment.first || code > assignment.last) continue;
    message->set_organisation(assignment.organisation);
    for (const std::string& force : assignment.forces) {
      message->add_forces(EnumOf<v1::Force>("FORCE_", force));
    }
    message->set_due_day(DayWord(assignment.due_day));
    message->set_overdue(visited == book.visited.end() && assignment.due_day < today);
    break;
  }
}

// Some villages of a campaign, in the order of their codes.
using Villages = std::vector<division::Division>;

// Adds the tasks of these villages until the page is full; answers the last code seen.
std::uint64_t FillTasks(const Campaign& campaign, const VillageBook& book, const Villages& villages,
                        int size, v1::VillageVisit wanted, absl::CivilDay today,
                        v1::ListVillageTasksResponse* response) {
  std::uint64_t seen = 0;
  for (const division::Division& village : villages) {
    if (response->tasks_size() == size) return seen;
    seen = village.code.number();
    const bool is_visited = book.visited.contains(seen);
    if (wanted == v1::VILLAGE_VISIT_VISITED && !is_visited) continue;
    if (wanted == v1::VILLAGE_VISIT_UNVISITED && is_visited) continue;
    FillTask(response->add_tasks(), campaign, book, village, today);
  }
  return seen;
}

// The villages of a range behind `after`, and whether the range has more behind them.
struct Scan {
  Villages villages;
  bool has_more = false;
};

Scan ScanOf(const Registry& registry, Range range, std::uint64_t after, int most) {
  const auto place = division::DivisionCode::FromNumber(range.first);
  Scan scan{registry.divisions().Leaves(place, after, most + 1)};
  scan.has_more = scan.villages.size() > static_cast<std::size_t>(most);
  if (scan.has_more) scan.villages.pop_back();
  return scan;
}

}  // namespace

Task<absl::StatusOr<v1::VillageAssignment>> AssignVillages(
    Registry& registry, Call& call, const v1::AssignVillagesRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, CampaignIdIn("parent", request.parent()));
  const v1::VillageAssignment& message = request.assignment();
  FieldCheck check;
  check.Require(!NameParts("organisations/*", message.organisation()).empty(),
                "assignment.organisation", "must be organisations/{id}");
  auto day = DayOf(message.due_day());
  check.Check("assignment.due_day", day.status());
  MB_CO_RETURN_IF_ERROR(check.status());
  VillageAssignment assignment;
  assignment.organisation = message.organisation();
  assignment.due_day = *day;
  MB_CO_ASSIGN_OR_RETURN(assignment.forces, ForcesOf("assignment.forces", message.forces()));
  std::function<Task<absl::StatusOr<v1::VillageAssignment>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return Assign(registry, transaction, call, id, message, assignment);
      };
  std::function<Task<absl::StatusOr<v1::VillageAssignment>>(postgres::Transaction&,
                                                            const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::VillageAssignment>> {
    int ordinal = 0;
    std::vector<std::string> parts = NameParts("campaigns/*/assignments/*", name);
    if (parts.empty() || !absl::SimpleAtoi(parts[1], &ordinal)) co_return NotFoundError(name);
    auto stored = co_await ReadAssignment(transaction, parts[0], ordinal);
    if (!stored.ok()) co_return stored.status();
    co_return AssignmentMessage(*stored);
  };
  co_return co_await ChangeOnce<v1::VillageAssignment>(registry.database(call), call, request,
                                                       change, reread);
}

Task<absl::StatusOr<v1::ListVillageTasksResponse>> ListVillageTaskPage(
    Registry& registry, Call& call, const v1::ListVillageTasksRequest& request) {
  auto campaign = co_await FindCampaign(registry, call, "parent", request.parent());
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<Range> ranges,
                         RangesOf(registry, *campaign, request.division()));
  std::uint64_t after = 0;
  if (!token.empty() && !absl::SimpleAtoi(token[0], &after)) after = 0;
  const absl::CivilDay today = calendar::ChinaDay(call.now());
  // A page of all villages looks no further than it shows.
  const int most = request.visit() == v1::VILLAGE_VISIT_UNSPECIFIED ? size : kMostScanned;
  v1::ListVillageTasksResponse response;
  for (const Range& range : ranges) {
    if (range.second <= after) continue;
    const Scan scan = ScanOf(registry, range, std::max(after, range.first - 1), most);
    if (scan.villages.empty()) continue;
    const std::uint64_t last = scan.villages.back().code.number();
    const Range shown(scan.villages.front().code.number(), last);
    auto book = co_await OpenBook(registry, call, campaign->id, shown);
    if (!book.ok()) co_return book.status();
    const std::uint64_t seen =
        FillTasks(*campaign, *book, scan.villages, size, request.visit(), today, &response);
    const bool range_is_done = seen == last && !scan.has_more;
    const bool is_full = response.tasks_size() == size;
    if (range_is_done && (!is_full || range == ranges.back())) continue;
    response.set_next_page_token(MakePageToken(
        *registry.keys.match, request, {absl::StrCat(range_is_done ? range.second : seen)}));
    break;
  }
  co_return response;
}

Task<absl::StatusOr<v1::Visit>> RecordVisit(Registry& registry, Call& call,
                                            const v1::RecordVisitRequest& request) {
  MB_CO_ASSIGN_OR_RETURN(const std::string id, CampaignIdIn("parent", request.parent()));
  MB_CO_ASSIGN_OR_RETURN(Visit visit, VisitOf(call, request.visit()));
  visit.id = NewResourceId(call.now());
  std::function<Task<absl::StatusOr<v1::Visit>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return TakeVisit(registry, transaction, call, id, request.visit().division(), visit);
      };
  std::function<Task<absl::StatusOr<v1::Visit>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Visit>> {
    std::vector<std::string> parts = NameParts("campaigns/*/visits/*", name);
    if (parts.empty()) co_return NotFoundError(name);
    auto stored = co_await ReadVisit(transaction, parts[0], parts[1]);
    if (!stored.ok()) co_return stored.status();
    co_return VisitMessage(*stored);
  };
  co_return co_await ChangeOnce<v1::Visit>(registry.database(call), call, request, change, reread);
}

Task<absl::StatusOr<v1::ListVisitsResponse>> ListVisitPage(Registry& registry, Call& call,
                                                           const v1::ListVisitsRequest& request) {
  auto campaign = co_await FindCampaign(registry, call, "parent", request.parent());
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_ASSIGN_OR_RETURN(const int size, PageSize(request.page_size()));
  MB_CO_ASSIGN_OR_RETURN(std::vector<std::string> token,
                         ReadPageToken(*registry.keys.match, request, request.page_token()));
  MB_CO_ASSIGN_OR_RETURN(const std::vector<Range> ranges,
                         RangesOf(registry, *campaign, request.division()));
  const std::string after = token.empty() ? "" : token[0];
  auto visits = co_await ListVisits(registry.database(call), call.deadline(), campaign->id,
                                    ranges.front().first, ranges.back().second, after, size + 1);
  if (!visits.ok()) co_return visits.status();
  v1::ListVisitsResponse response;
  if (static_cast<int>(visits->size()) > size) {
    visits->pop_back();
    response.set_next_page_token(MakePageToken(*registry.keys.match, request, {visits->back().id}));
  }
  for (const Visit& visit : *visits) FillVisit(response.add_visits(), visit);
  co_return response;
}

}  // namespace maplebridge::registry
