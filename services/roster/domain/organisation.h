// An organisation, its mediators and its place on a court's roster, as the roster knows them.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/roster/domain/filing.h"
#include "services/roster/domain/mediator.h"
#include "services/roster/domain/organisation_workflow.h"

namespace maplebridge::roster {

struct Organisation {
  std::string id;
  std::string display_name;
  std::string kind;  // word of the API: "VILLAGE", "INDUSTRY", …
  std::uint64_t division = 0;
  std::string founding_unit;
  std::string office_address;
  std::string office_telephone;
  std::string seal;
  OrganisationState state = OrganisationState::kDraft;
  int mediator_count = 0;  // active ones
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> publish_time;
  std::int64_t revision = 0;

  std::string name() const { return "organisations/" + id; }
  // The published roster holds whoever was ever published: those who refer cases must see that an
  // organisation is suspended or revoked.
  bool on_published_roster() const { return publish_time.has_value(); }
};

struct Mediator {
  std::string organisation;  // its id
  std::string id;
  std::string display_name;
  std::string identity_number;
  std::string telephone;
  Sex sex = Sex::kFemale;
  Employment employment = Employment::kPartTime;
  bool is_head = false;
  std::string source_profession;
  std::vector<std::string> fields;  // codes of categories; empty for all
  MediatorState state = MediatorState::kActive;
  absl::Time create_time;
  std::int64_t revision = 0;

  std::string name() const { return "organisations/" + organisation + "/mediators/" + id; }
};

struct CourtRosterEntry {
  std::string court;         // "courts/330102"
  std::string organisation;  // its id
  absl::Time create_time;
  std::int64_t revision = 0;

  std::string name() const { return court + "/rosterEntries/" + organisation; }
};

}  // namespace maplebridge::roster
