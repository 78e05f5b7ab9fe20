#include "common/party/party.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "common/identifier/resident_number.h"
#include "common/party/checked_text.h"

namespace maplebridge {
namespace {

constexpr std::string_view kKindWords[] = {"PERSON", "ORGANISATION", "PLATFORM_COMPANY"};
constexpr std::string_view kPositionWords[] = {"APPLICANT", "RESPONDENT", "THIRD_PERSON"};
constexpr std::string_view kCapacityWords[] = {"", "FULL", "LIMITED", "NONE"};
constexpr std::string_view kAddressWords[] = {"DOMICILE", "RESIDENCE", "WORKPLACE", "ELECTRONIC",
                                              "OTHER"};

constexpr int kLimitedCapacityAge = 8;  // Civil Code 19, 20
constexpr int kFullCapacityAge = 18;    // Civil Code 17
constexpr int kOwnLivelihoodAge = 16;   // Civil Code 18

// Completed years.
int AgeOn(absl::CivilDay birth_day, absl::CivilDay day) {
  const int years = static_cast<int>(day.year() - birth_day.year());
  const bool is_before_birthday =
      std::pair(day.month(), day.day()) < std::pair(birth_day.month(), birth_day.day());
  return years - (is_before_birthday ? 1 : 0);
}

// Takes the birth day from the identity number, which wins where it holds one.
void CheckBirthDay(Party* party, const std::string& path, absl::CivilDay today,
                   Violations* violations) {
  if (party->birth_day && *party->birth_day > today) {
    violations->push_back({path + ".birth_day", "must not be after today"});
  }
  if (party->identity_kind != IdentityKind::kResident) return;
  auto number = identifier::ResidentNumber::Parse(party->identity_number, today);
  if (!number.ok()) return;  // said already
  if (party->birth_day && *party->birth_day != number->birth_date()) {
    violations->push_back({path + ".birth_day", "is not the day that the identity number holds"});
  }
  party->birth_day = number->birth_date();
}

void CheckCapacity(Party* party, const std::string& path, absl::CivilDay today,
                   Violations* violations) {
  if (party->kind != PartyKind::kPerson) {
    if (party->birth_day) {
      violations->push_back({path + ".birth_day", "is of a person alone; leave it out"});
    }
    if (party->capacity != Capacity::kByAge) {
      violations->push_back({path + ".capacity", "is of a person alone; leave it out"});
    }
    return;
  }
  CheckBirthDay(party, path, today, violations);
  if (party->capacity == Capacity::kFull && party->birth_day &&
      AgeOn(*party->birth_day, today) < kOwnLivelihoodAge) {
    violations->push_back({path + ".capacity",
                           "cannot be FULL below 16 years; from 16 on, who lives on the own work "
                           "counts as of full capacity (Civil Code 18)"});
  }
}

void CheckAddresses(Party* party, const std::string& path, Violations* violations) {
  if (std::string wrong = CheckText(party->service_address, 0, 200); !wrong.empty()) {
    violations->push_back({path + ".service_address", wrong});
  }
  if (std::ssize(party->other_addresses) > kMostOtherAddresses) {
    violations->push_back(
        {path + ".other_addresses", absl::StrCat("must be at most ", kMostOtherAddresses,
                                                 "; there are ", party->other_addresses.size())});
  }
  for (std::size_t i = 0; i < party->other_addresses.size(); ++i) {
    if (std::string wrong = CheckText(party->other_addresses[i].address, 1, 200); !wrong.empty()) {
      violations->push_back({absl::StrCat(path, ".other_addresses[", i, "].address"), wrong});
    }
  }
}

void CheckParty(Party* party, const std::string& path, absl::CivilDay today,
                Violations* violations) {
  if (!IsCaseIdentifier(party->party_id)) {
    violations->push_back({path + ".party_id", "must be 1 to 32 of a-z, 0-9 and -"});
  }
  if (std::string wrong = CheckText(party->display_name, 1, 100); !wrong.empty()) {
    violations->push_back({path + ".display_name", wrong});
  }
  const bool is_person = party->kind == PartyKind::kPerson;
  NormaliseIdentity(party->identity_kind, &party->identity_number, !is_person, path, today,
                    violations);
  NormaliseTelephone(&party->telephone, path, violations);
  CheckAddresses(party, path, violations);
  CheckCapacity(party, path, today, violations);
  for (std::size_t i = 0; i < party->representatives.size(); ++i) {
    NormaliseRepresentative(&party->representatives[i], is_person,
                            absl::StrCat(path, ".representatives[", i, "]"), today, violations);
  }
  CheckRepresentatives(party->representatives, path + ".representatives", violations);
}

bool HasPosition(const std::vector<Party>& parties, PartyPosition position) {
  return std::any_of(parties.begin(), parties.end(),
                     [position](const Party& party) { return party.position == position; });
}

// An identity document as one key.
std::string IdentityKey(IdentityKind kind, const std::string& number) {
  return absl::StrCat(std::string(Word(kind)), "/", number);
}

// Who acts for one side does not stand, or act, for another.
void CheckSides(const std::vector<Party>& parties, Violations* violations) {
  std::map<std::string, PartyPosition> sides;
  for (const Party& party : parties) {
    if (party.identity_number.empty()) continue;
    sides.emplace(IdentityKey(party.identity_kind, party.identity_number), party.position);
  }
  for (std::size_t i = 0; i < parties.size(); ++i) {
    const auto& representatives = parties[i].representatives;
    for (std::size_t j = 0; j < representatives.size(); ++j) {
      if (representatives[j].identity_number.empty()) continue;
      const auto [place, is_new] = sides.emplace(
          IdentityKey(representatives[j].identity_kind, representatives[j].identity_number),
          parties[i].position);
      if (is_new || place->second == parties[i].position) continue;
      violations->push_back(
          {absl::StrCat("parties[", i, "].representatives[", j, "].identity_number"),
           "is of one who stands or acts for another side of this case"});
    }
  }
}

// What is wrong with the choice of who represents this party; empty when nothing is.
std::string FaultOfChoice(const Party& party, const std::map<std::string, const Party*>& by_id,
                          int of_side) {
  const auto chosen = by_id.find(party.represented_by);
  if (chosen == by_id.end()) return "is no party of this case";
  const Party& representative = *chosen->second;
  if (representative.party_id == party.party_id) return "must be another party";
  if (representative.position != party.position) return "must be a party on the same side";
  if (!representative.represented_by.empty()) {
    return "is represented itself; name the party who represents the group";
  }
  if (of_side < kGroupParties) {
    return absl::StrCat("is for a side of ", kGroupParties, " or more (CPL 56); this one has ",
                        of_side);
  }
  return "";
}

void CheckGroups(const std::vector<Party>& parties, Violations* violations) {
  std::map<std::string, const Party*> by_id;
  std::map<PartyPosition, int> of_side;
  for (const Party& party : parties) {
    by_id.emplace(party.party_id, &party);
    ++of_side[party.position];
  }
  std::map<PartyPosition, std::set<std::string>> chosen;
  for (std::size_t i = 0; i < parties.size(); ++i) {
    if (parties[i].represented_by.empty()) continue;
    std::string wrong = FaultOfChoice(parties[i], by_id, of_side[parties[i].position]);
    if (!wrong.empty()) {
      violations->push_back({absl::StrCat("parties[", i, "].represented_by"), wrong});
    } else {
      chosen[parties[i].position].insert(parties[i].represented_by);
    }
  }
  for (const auto& [position, representatives] : chosen) {
    const int count = static_cast<int>(representatives.size());
    if (count >= kLeastGroupRepresentatives && count <= kMostGroupRepresentatives) continue;
    violations->push_back(
        {"parties",
         absl::StrCat("must have ", kLeastGroupRepresentatives, " to ", kMostGroupRepresentatives,
                      " representatives on the side ", std::string(Word(position)),
                      " (CPL interpretation 78); there are ", count)});
  }
}

const Representative* FindRepresentative(const Party& party, std::string_view representative_id) {
  for (const Representative& each : party.representatives) {
    if (each.representative_id == representative_id) return &each;
  }
  return nullptr;
}

template <typename Enum, std::size_t kCount>
std::optional<Enum> Found(const std::string_view (&words)[kCount], std::string_view word) {
  const auto found = std::find(std::begin(words), std::end(words), word);
  if (found == std::end(words)) return std::nullopt;
  return static_cast<Enum>(found - std::begin(words));
}

}  // namespace

Violations NormaliseParty(Party* party, const std::string& path, absl::CivilDay today) {
  Violations violations;
  CheckParty(party, path, today, &violations);
  return violations;
}

Violations NormaliseParties(std::vector<Party>* parties, absl::CivilDay today) {
  Violations violations;
  const int count = static_cast<int>(parties->size());
  if (count < kLeastParties || count > kMostParties) {
    violations.push_back({"parties", absl::StrCat("must be ", kLeastParties, " to ", kMostParties,
                                                  "; there are ", count)});
    if (count > kMostParties) return violations;
  }
  std::set<std::string> ids, identities;
  for (int i = 0; i < count; ++i) {
    Party& party = (*parties)[static_cast<std::size_t>(i)];
    const std::string path = absl::StrCat("parties[", i, "]");
    CheckParty(&party, path, today, &violations);
    if (!ids.insert(party.party_id).second) {
      violations.push_back({path + ".party_id", "is used by another party of this case"});
    }
    if (!party.identity_number.empty() &&
        !identities.insert(IdentityKey(party.identity_kind, party.identity_number)).second) {
      violations.push_back({path + ".identity_number",
                            "is that of another party of this case; a person stands once"});
    }
  }
  if (!HasPosition(*parties, PartyPosition::kApplicant)) {
    violations.push_back({"parties", "must hold one applicant at least"});
  }
  if (!HasPosition(*parties, PartyPosition::kRespondent)) {
    violations.push_back({"parties", "must hold one respondent at least"});
  }
  CheckSides(*parties, &violations);
  CheckGroups(*parties, &violations);
  return violations;
}

Capacity CapacityOn(const Party& party, absl::CivilDay day) {
  if (party.capacity != Capacity::kByAge) return party.capacity;
  if (party.kind != PartyKind::kPerson || !party.birth_day) return Capacity::kFull;
  const int age = AgeOn(*party.birth_day, day);
  if (age < kLimitedCapacityAge) return Capacity::kNone;
  return age < kFullCapacityAge ? Capacity::kLimited : Capacity::kFull;
}

bool LacksGuardian(const Party& party, absl::CivilDay day) {
  return CapacityOn(party, day) != Capacity::kFull &&
         std::none_of(party.representatives.begin(), party.representatives.end(),
                      [day](const Representative& each) {
                        return each.kind == RepresentativeKind::kGuardian && each.acts_on(day);
                      });
}

std::string WhyCannotSettle(const Party& party, std::string_view representative_id,
                            absl::CivilDay day) {
  const bool needs_guardian = CapacityOn(party, day) != Capacity::kFull;
  if (representative_id.empty()) {
    return needs_guardian ? "is needed: this party has no full capacity, and its guardian signs "
                            "(Civil Code 19-23)"
                          : "";
  }
  const Representative* representative = FindRepresentative(party, representative_id);
  if (representative == nullptr) return "is no representative of this party";
  if (!representative->acts_on(day)) return "names one whose authority has ended";
  if (needs_guardian && representative->kind != RepresentativeKind::kGuardian) {
    return "must be the guardian: this party has no full capacity (Civil Code 19-23)";
  }
  if (representative->kind == RepresentativeKind::kAgent &&
      representative->authority != AgentAuthority::kSpecial) {
    return "names an agent without special authority, who may not settle (CPL 62)";
  }
  return "";
}

std::string_view Word(PartyKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }
std::string_view Word(PartyPosition position) {
  return kPositionWords[static_cast<std::size_t>(position)];
}
std::string_view Word(Capacity capacity) {
  return kCapacityWords[static_cast<std::size_t>(capacity)];
}
std::string_view Word(AddressKind kind) { return kAddressWords[static_cast<std::size_t>(kind)]; }

std::optional<PartyKind> PartyKindOf(std::string_view word) {
  return Found<PartyKind>(kKindWords, word);
}
std::optional<PartyPosition> PartyPositionOf(std::string_view word) {
  return Found<PartyPosition>(kPositionWords, word);
}
Capacity CapacityOf(std::string_view word) {
  return Found<Capacity>(kCapacityWords, word).value_or(Capacity::kByAge);
}
AddressKind AddressKindOf(std::string_view word) {
  return Found<AddressKind>(kAddressWords, word).value_or(AddressKind::kOther);
}

}  // namespace maplebridge
