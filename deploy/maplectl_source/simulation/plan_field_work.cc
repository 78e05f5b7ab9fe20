#include <absl/strings/str_cat.h>

#include <algorithm>

#include "deploy/maplectl_source/simulation/plan_parts.h"

namespace maplebridge::maplectl {
namespace {

struct CampaignFrame {
  const char* title;
  const char* theme;
  std::vector<const char*> categories;
  int first_month, last_month;
  // Of the villages, how many are visited.
  double visited;
  bool is_closed;
};

const std::vector<CampaignFrame>& CampaignFrames() {
  static const auto* frames = new std::vector<CampaignFrame>{
      {"春节前欠薪矛盾专项排查", "治欠保支", {"LABOUR", "NEW_EMPLOYMENT"}, 1, 2, 0.9, true},
      {"夏季邻里和环境矛盾集中排查", "", {}, 6, 8, 0.84, true},
      {"秋季矛盾纠纷普遍排查", "", {}, 10, 11, 0.95, false},
  };
  return *frames;
}

std::size_t KindOf(std::string_view category) {
  const auto kinds = DisputeKinds();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i].category == category) return i;
  }
  return 0;
}

// A small simulation visits fewer villages.
double ShareAt(double share, double scale) { return share * std::min(1.0, 6 * scale); }

PlannedRisk PlanRisk(const VillageFrame& frame, const CampaignFrame& campaign, absl::CivilDay day,
                     RandomStream& stream) {
  PlannedRisk risk;
  risk.division = frame.village.code;
  risk.organisation = frame.township;
  std::vector<double> shares;
  for (const DisputeKind& kind : DisputeKinds()) shares.push_back(kind.share);
  risk.kind = campaign.categories.empty()
                  ? stream.Weighted(shares)
                  : KindOf(campaign.categories[static_cast<std::size_t>(
                        stream.Below(static_cast<int>(campaign.categories.size())))]);
  constexpr double kSeverities[] = {0.45, 0.38, 0.14, 0.03};
  constexpr const char* kWords[] = {"LOW", "MEDIUM", "HIGH", "MAJOR"};
  risk.severity = kWords[stream.Weighted(kSeverities)];
  risk.description = StoryOf(frame.county, frame.township, frame.village, day,
                             DisputeKinds()[risk.kind].stories[stream.Below(3)]);
  for (int i = 0; i < 2; ++i) {
    risk.people.push_back(InventPerson(stream, frame.county.code, i).name);
  }
  constexpr double kStates[] = {0.05, 0.08, 0.12, 0.65, 0.1};
  constexpr const char* kStateWords[] = {"FOUND", "REPORTED", "CONTROLLED", "RESOLVED",
                                         "ESCALATED"};
  risk.state = kStateWords[stream.Weighted(kStates)];
  if (risk.state == "ESCALATED") {
    risk.dispute =
        PlanOutbreak(frame, absl::StrCat(campaign.title, " ", frame.village.code), risk.kind, day);
  }
  return risk;
}

std::vector<PlannedVisit> PlanVisits(const VillageFrame& frame, const CampaignFrame& campaign,
                                     absl::CivilDay first_day, absl::CivilDay last_day) {
  RandomStream stream(frame.settings.seed,
                      absl::StrCat("visits ", campaign.title, " ", frame.village.code));
  std::vector<PlannedVisit> visits;
  if (!stream.Chance(ShareAt(campaign.visited, frame.settings.scale))) return visits;
  const int count = 1 + (stream.Chance(0.15) ? 1 : 0);
  for (int i = 0; i < count; ++i) {
    PlannedVisit visit;
    visit.division = frame.village.code;
    visit.day = first_day + stream.Below(static_cast<int>(last_day - first_day) + 1);
    visit.households = stream.Between(5, 80);
    if (i == 0 && stream.Chance(0.12)) visit.risk = PlanRisk(frame, campaign, visit.day, stream);
    visits.push_back(std::move(visit));
  }
  return visits;
}

}  // namespace

std::vector<PlannedCampaign> PlanCampaigns(const County& county, const YearRhythm& rhythm,
                                           const PlanSettings& settings,
                                           const OrganisationBook& book) {
  std::vector<PlannedCampaign> campaigns;
  for (const CampaignFrame& frame : CampaignFrames()) {
    PlannedCampaign campaign;
    const auto year = static_cast<int>(rhythm.first_day().year());
    campaign.first_day = absl::CivilDay(year, frame.first_month, 1);
    campaign.last_day = absl::CivilDay(year, frame.last_month + 1, 1) - 1;
    // What has not begun is not there yet.
    if (campaign.first_day > rhythm.last_day()) continue;
    const absl::CivilDay last_visit = std::min(campaign.last_day, rhythm.last_day());
    campaign.title = absl::StrCat(year, "年", county.name, frame.title);
    campaign.theme = frame.theme;
    campaign.categories.assign(frame.categories.begin(), frame.categories.end());
    campaign.is_closed = frame.is_closed;
    for (std::size_t i = 0; i < county.townships.size(); ++i) {
      std::vector<PlannedVisit> visits;
      for (const Village& village : county.townships[i].villages) {
        const VillageFrame place{county, rhythm, settings, book, i, village};
        for (PlannedVisit& visit : PlanVisits(place, frame, campaign.first_day, last_visit)) {
          visits.push_back(std::move(visit));
        }
      }
      campaign.visits.push_back(std::move(visits));
    }
    campaigns.push_back(std::move(campaign));
  }
  return campaigns;
}

std::vector<PlannedObservation> PlanObservations(const County& county, const YearRhythm& rhythm,
                                                 const PlanSettings& settings) {
  std::vector<PlannedObservation> observations;
  for (std::size_t i = 0; i < county.townships.size(); ++i) {
    for (const Village& village : county.townships[i].villages) {
      RandomStream stream(settings.seed, "observations " + village.code);
      const int count = stream.Poisson(0.8 * settings.scale);
      for (int number = 1; number <= count; ++number) {
        PlannedObservation observation;
        observation.number = absl::StrCat(village.code, "-", number);
        observation.division = village.code;
        std::vector<double> shares;
        for (const DisputeKind& kind : DisputeKinds()) shares.push_back(kind.share);
        observation.kind = stream.Weighted(shares);
        const DisputeKind& kind = DisputeKinds()[observation.kind];
        observation.day = rhythm.PickDay(kind.season, stream);
        observation.description =
            StoryOf(county, i, village, observation.day, kind.stories[stream.Below(3)]);
        observation.person = InventPerson(stream, county.code, 0).name;
        observations.push_back(std::move(observation));
      }
    }
  }
  return observations;
}

}  // namespace maplebridge::maplectl
