// Who acts for a party, and the identity documents of either.
#pragma once

#include <absl/status/status.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/party/violation.h"

namespace maplebridge {

enum class IdentityKind : std::uint8_t {
  kNone,
  kResident,
  kSocialCredit,
  kPassport,
  kHongKongMacaoPermit,
  kTaiwanPermit,
  kForeignPermanentResident,
};

enum class RepresentativeKind : std::uint8_t {
  // 法定代表人 or 负责人 of an organisation (CPL 51).
  kLegalRepresentative,
  // 监护人, the statutory agent of a person without full capacity (Civil Code 23, CPL 60).
  kGuardian,
  // 委托代理人, by a letter of authority (CPL 61).
  kAgent,
};

// What an agent may do. Only special authority 特别授权 allows to admit, waive or change claims and
// to settle (CPL 62).
enum class AgentAuthority : std::uint8_t { kNone, kGeneral, kSpecial };

struct Representative {
  std::string representative_id;
  RepresentativeKind kind = RepresentativeKind::kAgent;
  std::string display_name;
  IdentityKind identity_kind = IdentityKind::kNone;
  std::string identity_number;
  std::string telephone;
  AgentAuthority authority = AgentAuthority::kNone;
  // Letter of authority, or what proves the guardianship: number, date, who issued it.
  std::string evidence;
  // Last day of the authority; unset for one without an end.
  std::optional<absl::CivilDay> last_day;
  absl::Time create_time = absl::InfinitePast();

  bool acts_on(absl::CivilDay day) const { return !last_day || day <= *last_day; }
};

// A party has one or two agents (CPL 61), and the others at most as many as its law names.
inline constexpr int kMostAgents = 2;
inline constexpr int kMostRepresentatives = 6;

// Brings a number into its stored form. `is_organisation` tells whether a unified social credit
// code is needed. Adds what is wrong, below `path`.
void NormaliseIdentity(IdentityKind kind, std::string* number, bool is_organisation,
                       const std::string& path, absl::CivilDay today, Violations* violations);
void NormaliseTelephone(std::string* telephone, const std::string& path, Violations* violations);

// Checks one representative, below `path`, such as "representative"; brings numbers into their
// stored form.
void NormaliseRepresentative(Representative* representative, bool of_person,
                             const std::string& path, absl::CivilDay today, Violations* violations);
// Checks all of a party together: ids used once, at most two agents, one legal representative.
void CheckRepresentatives(const std::vector<Representative>& representatives,
                          const std::string& path, Violations* violations);

std::string_view Word(IdentityKind kind);
std::string_view Word(RepresentativeKind kind);
std::string_view Word(AgentAuthority authority);
IdentityKind IdentityKindOf(std::string_view word);
RepresentativeKind RepresentativeKindOf(std::string_view word);
AgentAuthority AgentAuthorityOf(std::string_view word);

}  // namespace maplebridge
