// Parties of a case: at least two, on two sides, each well identified.
#pragma once

#include <absl/time/civil_time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/docking/domain/violation.h"

namespace maplebridge::docking {

enum class PartyKind : std::uint8_t { kPerson, kOrganisation };
enum class PartyPosition : std::uint8_t { kApplicant, kRespondent, kThirdPerson };
enum class IdentityKind : std::uint8_t {
  kNone,
  kResident,
  kSocialCredit,
  kPassport,
  kHongKongMacaoPermit,
  kTaiwanPermit,
  kForeignPermanentResident,
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
};

inline constexpr int kLeastParties = 2;
inline constexpr int kMostParties = 500;

// Brings numbers into their stored form (in place) and answers what is wrong, with paths such as
// "parties[0].identity_number". `today`: the day in China.
Violations NormaliseParties(std::vector<Party>* parties, absl::CivilDay today);

// Number of Unicode characters; -1 when the text is not UTF-8.
int Characters(std::string_view text);
// Empty when `text` has between `least` and `most` characters, none of them a control character
// but line breaks and tabs; else what is wrong.
std::string CheckText(std::string_view text, int least, int most);
// True for 1 to 32 of [a-z0-9-].
bool IsCaseIdentifier(std::string_view text);

std::string_view Word(PartyKind kind);
std::string_view Word(PartyPosition position);
std::string_view Word(IdentityKind kind);

}  // namespace maplebridge::docking
