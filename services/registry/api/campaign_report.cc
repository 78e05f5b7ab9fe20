// The report at the end of a campaign.
#include <absl/strings/str_cat.h>

#include <map>

#include "common/server/request_id.h"
#include "services/registry/api/campaigns.h"
#include "services/registry/api/report_message.h"
#include "services/registry/api/reports.h"
#include "services/registry/api/words.h"
#include "services/registry/documents/report_values.h"

namespace maplebridge::registry {
namespace {

std::string NameOf(const Registry& registry, division::DivisionCode code) {
  auto place = registry.divisions().Find(code);
  return place ? std::string(place->name) : code.ToString();
}

// Rows of the report: of a campaign in one place what lies directly below it, else its places.
absl::StatusOr<std::vector<division::DivisionCode>> ReportedPlaces(const Registry& registry,
                                                                   const Campaign& campaign) {
  if (campaign.divisions.size() > 1) return campaign.divisions;
  std::vector<division::DivisionCode> places;
  std::string token;
  do {
    auto page = registry.divisions().Children(campaign.divisions.front(), 1000, token);
    if (!page.ok()) return page.status();
    for (const division::Division& child : page->divisions) places.push_back(child.code);
    token = page->next_page_token;
  } while (!token.empty());
  return places.empty() ? campaign.divisions : places;
}

void AddCount(const CampaignCount& count, std::map<std::string, ReportedPlace*>* places,
              CampaignFigures* figures) {
  const int number = static_cast<int>(count.count);
  if (count.what == "visits") {
    figures->visit_count = number;
    figures->household_count = count.second;
  } else if (count.what == "visited") {
    figures->visited_count = number;
  } else if (count.what == "measures") {
    figures->measure_count = number;
    figures->completed_measure_count = static_cast<int>(count.second);
  } else if (count.what == "state") {
    figures->risks_by_state[count.word] = number;
  } else if (count.what == "severity") {
    figures->risks_by_severity[count.word] = number;
  } else if (count.what == "category") {
    figures->risks_by_category[count.word] = number;
  } else if (count.what == "place") {
    (*places)[count.word]->visited_count = number;
    (*places)[count.word]->risk_count = static_cast<int>(count.second);
  } else if (count.what == "place_visits") {
    (*places)[count.word]->visit_count = number;
  }
}

Task<absl::StatusOr<CampaignFigures>> Count(const Registry& registry, const Call& call,
                                            const Campaign& campaign) {
  MB_CO_ASSIGN_OR_RETURN(const std::vector<division::DivisionCode> codes,
                         ReportedPlaces(registry, campaign));
  CampaignFigures figures;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const division::DivisionCode& code : codes) {
    ranges.emplace_back(code.number(), code.LastNumber());
    ReportedPlace place;
    place.name = NameOf(registry, code);
    place.village_count = registry.divisions().CountLeaves(code);
    figures.places.push_back(std::move(place));
  }
  std::map<std::string, ReportedPlace*> by_code;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    by_code[absl::StrCat(codes[i].number())] = &figures.places[i];
  }
  auto counts =
      co_await CountCampaign(registry.database(call), call.deadline(), campaign.id, ranges);
  if (!counts.ok()) co_return counts.status();
  for (const CampaignCount& count : *counts) AddCount(count, &by_code, &figures);
  co_return figures;
}

}  // namespace

Task<absl::StatusOr<v1::Report>> CreateCampaignReport(
    Registry& registry, Call& call, const v1::CreateCampaignReportRequest& request) {
  auto campaign = co_await FindCampaign(registry, call, "parent", request.parent());
  if (!campaign.ok()) co_return campaign.status();
  MB_CO_RETURN_IF_ERROR(RequireCampaignPlaces(call.caller(), *campaign));
  if (campaign->state != "CLOSED") {
    co_return StateForbidsError(campaign->name(), campaign->state, "CreateCampaignReport");
  }
  auto figures = co_await Count(registry, call, *campaign);
  if (!figures.ok()) co_return figures.status();
  std::vector<std::string> names;
  for (const division::DivisionCode& place : campaign->divisions) {
    names.push_back(registry.divisions().FullName(place));
  }
  Report report;
  report.parent = campaign->name();
  report.kind = Word(DocumentKind::kCampaignReport);
  report.organisation_name = names.front();
  report.division = campaign->divisions.front().number();
  report.start_day = campaign->start_day;
  report.end_day = campaign->end_day;
  report.entry_count = figures->risk_count();
  auto made = co_await MakeReport(registry, call, CampaignReportValues(*campaign, names, *figures),
                                  &report);
  if (!made.ok()) co_return made.status();
  std::function<Task<absl::StatusOr<v1::Report>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) {
        return StoreReport(registry, transaction, call, report, made->bytes);
      };
  std::function<Task<absl::StatusOr<v1::Report>>(postgres::Transaction&, const std::string&)>
      reread = &RereadReport;
  co_return co_await ChangeOnce<v1::Report>(registry.database(call), call, request, change, reread);
}

}  // namespace maplebridge::registry
