// Scene 1 of the demo: a county bureau files a committee and publishes it, a court puts it on its
// roster. From then on everybody is there.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "deploy/maplectl_source/demo_stage.h"
#include "maplebridge/type/v1/party.pb.h"

namespace maplebridge::maplectl {

// Who plays: tokens, and what the roster made of the organisation.
struct Cast {
  std::string county_bureau, city_bureau, province_bureau, court, judge;
  std::string head, mediator;  // of the organisation
  std::string organisation;
  std::string mediator_name;  // "organisations/…/mediators/…"
};

absl::StatusOr<Cast> FileOrganisation(Stage& stage);

// The two sides of a case, invented, with identity numbers that are right by their check character.
// `sequence` makes those of one case differ from those of another.
absl::StatusOr<std::vector<type::v1::Party>> InventParties(int sequence);

}  // namespace maplebridge::maplectl
