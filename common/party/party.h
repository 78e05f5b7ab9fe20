// Parties of a case: at least two, on two sides, each well identified, and who acts for them.
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/representative.h"
#include "common/party/violation.h"

namespace maplebridge {

// A platform company 平台企业 gives out work through its platform (new employment forms); it is an
// organisation in all else.
enum class PartyKind : std::uint8_t { kPerson, kOrganisation, kPlatformCompany };
enum class PartyPosition : std::uint8_t { kApplicant, kRespondent, kThirdPerson };

// Capacity for civil acts (Civil Code 17-23). By age: none below 8, limited below 18, else full.
enum class Capacity : std::uint8_t { kByAge, kFull, kLimited, kNone };

// Beside the address for service that every party has room for.
enum class AddressKind : std::uint8_t {
  kDomicile,
  kResidence,
  kWorkplace,
  // Where electronic service was agreed to (CPL 90).
  kElectronic,
  kOther,
};
struct ServiceAddress {
  AddressKind kind = AddressKind::kDomicile;
  std::string address;

  friend bool operator==(const ServiceAddress&, const ServiceAddress&) = default;
};

struct Party {
  std::string party_id;
  PartyKind kind = PartyKind::kPerson;
  PartyPosition position = PartyPosition::kApplicant;
  std::string display_name;
  IdentityKind identity_kind = IdentityKind::kNone;
  std::string identity_number;
  std::string telephone;
  std::string service_address;
  std::string domicile_division;
  // Only of a person; from the identity number where that holds it.
  std::optional<absl::CivilDay> birth_day;
  Capacity capacity = Capacity::kByAge;
  // party_id of the representative of a group on the same side; empty for one who stands alone.
  std::string represented_by;
  std::vector<ServiceAddress> other_addresses;
  std::vector<Representative> representatives;
};

inline constexpr int kLeastParties = 2;
inline constexpr int kMostParties = 500;
// From this number on a dispute is a group dispute 群体性 and major by itself, and a side of as
// many may choose representatives (CPL 56, interpretation 75).
inline constexpr int kGroupParties = 10;
// Representatives of one side (CPL interpretation 78).
inline constexpr int kLeastGroupRepresentatives = 2;
inline constexpr int kMostGroupRepresentatives = 5;
inline constexpr int kMostOtherAddresses = 10;

// Brings numbers into their stored form (in place) and answers what is wrong, with paths such as
// "parties[0].identity_number". `today`: the day in China.
Violations NormaliseParties(std::vector<Party>* parties, absl::CivilDay today);
// The same of one party alone, with paths below `path`, such as "party".
Violations NormaliseParty(Party* party, const std::string& path, absl::CivilDay today);

// Full, limited or none, on this day. Of an organisation, and of a person whose age is not known:
// full.
Capacity CapacityOn(const Party& party, absl::CivilDay day);
// True for a person without full capacity for whom no guardian is named (Civil Code 19-23).
bool LacksGuardian(const Party& party, absl::CivilDay day);

// Empty when the agreement may be signed for `party` on this day, by itself when
// `representative_id` is empty; else why not. To settle, a person without full capacity needs the
// guardian, and an agent needs special authority (Civil Code 19-23, CPL 62). Who represents a group
// cannot settle for those represented (CPL 56).
std::string WhyCannotSettle(const Party& party, std::string_view representative_id,
                            absl::CivilDay day);

std::string_view Word(PartyKind kind);
std::string_view Word(PartyPosition position);
std::string_view Word(Capacity capacity);
std::string_view Word(AddressKind kind);
// Empty for a word that is none.
std::optional<PartyKind> PartyKindOf(std::string_view word);
std::optional<PartyPosition> PartyPositionOf(std::string_view word);
Capacity CapacityOf(std::string_view word);
AddressKind AddressKindOf(std::string_view word);

}  // namespace maplebridge
