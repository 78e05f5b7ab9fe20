// Which fields of a party may still be corrected, and what a correction does.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/party.h"
#include "services/registry/domain/dispute_workflow.h"

namespace maplebridge::registry {

// Who a party is stands in the agreement, and of a referral in the court's case; where it is
// reached changes with life.
enum class PartyFieldKind : std::uint8_t { kContact, kIdentity };

struct PartyField {
  std::string_view name;  // as in the message PartyCorrection
  PartyFieldKind kind;
  void (*take)(const Party& from, Party* to);
};
std::span<const PartyField> PartyFields();
// Null when there is none by this name.
const PartyField* FindPartyField(std::string_view name);

// Empty when the field may be corrected in this state; else why not.
std::string WhyNotCorrectable(const PartyField& field, DisputeState state, bool referral_born);

// What is wrong with the party at `place` among all of them, as paths below `own`, such as
// "party.telephone"; what was wrong with the others before is not said again.
Violations CheckChangedParty(std::vector<Party>* parties, std::size_t place, const std::string& own,
                             absl::CivilDay today);

}  // namespace maplebridge::registry
