#include "services/registry/domain/party_correction.h"

#include <absl/strings/str_cat.h>

#include <utility>

namespace maplebridge::registry {
namespace {

using enum PartyFieldKind;

constexpr PartyField kFields[] = {
    {"display_name", kIdentity,
     [](const Party& from, Party* to) { to->display_name = from.display_name; }},
    {"identity_kind", kIdentity,
     [](const Party& from, Party* to) { to->identity_kind = from.identity_kind; }},
    {"identity_number", kIdentity,
     [](const Party& from, Party* to) { to->identity_number = from.identity_number; }},
    {"birth_day", kIdentity, [](const Party& from, Party* to) { to->birth_day = from.birth_day; }},
    {"capacity", kIdentity, [](const Party& from, Party* to) { to->capacity = from.capacity; }},
    {"represented_by", kIdentity,
     [](const Party& from, Party* to) { to->represented_by = from.represented_by; }},
    {"telephone", kContact, [](const Party& from, Party* to) { to->telephone = from.telephone; }},
    {"service_address", kContact,
     [](const Party& from, Party* to) { to->service_address = from.service_address; }},
    {"other_addresses", kContact,
     [](const Party& from, Party* to) { to->other_addresses = from.other_addresses; }},
    {"domicile_division", kContact,
     [](const Party& from, Party* to) { to->domicile_division = from.domicile_division; }},
};

bool IsBeforeAgreement(DisputeState state) {
  return state == DisputeState::kReported || state == DisputeState::kAccepted ||
         state == DisputeState::kMediating || state == DisputeState::kSuspended;
}

}  // namespace

std::span<const PartyField> PartyFields() { return kFields; }

const PartyField* FindPartyField(std::string_view name) {
  for (const PartyField& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string WhyNotCorrectable(const PartyField& field, DisputeState state, bool referral_born) {
  if (field.kind == kContact) return "";
  if (referral_born) return "is what the court's case says; the court corrects it";
  if (!IsBeforeAgreement(state)) {
    return "stands in the agreement; it is corrected by an agreement that amends it";
  }
  return "";
}

Violations CheckChangedParty(std::vector<Party>* parties, std::size_t place, const std::string& own,
                             absl::CivilDay today) {
  // Last, so that what may stand only once is named at the party that changed.
  std::swap((*parties)[place], parties->back());
  const std::string path = absl::StrCat("parties[", parties->size() - 1, "]");
  Violations found;
  for (Violation& violation : NormaliseParties(parties, today)) {
    if (violation.field.starts_with(path)) {
      violation.field = own + violation.field.substr(path.size());
      found.push_back(std::move(violation));
    } else if (violation.field == "parties") {
      found.push_back(std::move(violation));
    } else if (violation.field.ends_with("].represented_by")) {
      found.push_back({own + ".represented_by",
                       "makes the choice of another party's wrong: " + violation.description});
    }
  }
  std::swap((*parties)[place], parties->back());
  return found;
}

}  // namespace maplebridge::registry
