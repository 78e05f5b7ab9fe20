#include <absl/strings/str_cat.h>

#include <algorithm>

#include "deploy/maplectl_source/simulation/plan_parts.h"

namespace maplebridge::maplectl {
namespace {

// Share of villages whose committee is on the roster by itself; fewer in a small simulation.
constexpr double kVillageCommittees = 0.12;

struct Industry {
  const char* name;
  std::vector<const char*> categories;
};

const std::vector<Industry>& Industries() {
  static const auto* industries = new std::vector<Industry>{
      {"医疗纠纷", {"MEDICAL"}},
      {"道路交通事故纠纷", {"ROAD_TRAFFIC"}},
      {"劳动争议", {"LABOUR", "NEW_EMPLOYMENT"}},
      {"物业管理纠纷", {"PROPERTY_MANAGEMENT"}},
      {"消费旅游纠纷", {"CONSUMER", "TOURISM", "INTERNET"}},
      {"金融保险纠纷", {"FINANCE", "INSURANCE", "INTELLECTUAL_PROPERTY"}}};
  return *industries;
}

PlannedOrganisation Staffed(PlannedOrganisation organisation, const County& county,
                            const PlanSettings& settings) {
  RandomStream stream(settings.seed, absl::StrCat("organisation ", organisation.division,
                                                  organisation.display_name));
  const int members = organisation.kind == OrganisationKind::kVillage ? 3 : stream.Between(3, 5);
  for (int i = 0; i < members; ++i) {
    organisation.members.push_back(i == 1 ? InventWoman(stream, county.code, i)
                                          : InventPerson(stream, county.code, i));
  }
  return organisation;
}

PlannedOrganisation CommitteeOf(OrganisationKind kind, std::string division,
                                const std::string& place) {
  const bool is_village = kind == OrganisationKind::kVillage;
  return {kind,
          std::move(division),
          place + "人民调解委员会",
          place + (is_village ? "民委员会" : "人民政府（办事处）"),
          {}};
}

}  // namespace

OrganisationBook PlanOrganisations(const County& county, const PlanSettings& settings) {
  OrganisationBook book;
  const auto add = [&](PlannedOrganisation organisation) {
    book.organisations.push_back(Staffed(std::move(organisation), county, settings));
    return book.organisations.size() - 1;
  };
  for (const Township& township : county.townships) {
    add(CommitteeOf(OrganisationKind::kTownship, township.code, county.name + township.name));
  }
  for (const Industry& industry : Industries()) {
    const std::size_t index = add({OrganisationKind::kIndustry,
                                   county.code,
                                   absl::StrCat(county.name, industry.name, "人民调解委员会"),
                                   county.name + "司法局",
                                   {}});
    for (const char* category : industry.categories) book.by_category[category] = index;
  }
  const double share = kVillageCommittees * std::min(1.0, 4 * settings.scale);
  for (const Township& township : county.townships) {
    for (const Village& village : township.villages) {
      RandomStream stream(settings.seed, "village committee " + village.code);
      if (!stream.Chance(share)) continue;
      book.by_village[village.code] = add(CommitteeOf(OrganisationKind::kVillage, village.code,
                                                      county.name + township.name + village.name));
    }
  }
  return book;
}

}  // namespace maplebridge::maplectl
