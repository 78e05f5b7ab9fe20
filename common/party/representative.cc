#include "common/party/representative.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "common/identifier/credit_code.h"
#include "common/identifier/identity_document.h"
#include "common/identifier/telephone.h"
#include "common/party/checked_text.h"

namespace maplebridge {
namespace {

using identifier::DocumentKind;

constexpr std::string_view kIdentityWords[] = {"",
                                               "RESIDENT",
                                               "SOCIAL_CREDIT",
                                               "PASSPORT",
                                               "HONG_KONG_MACAO_PERMIT",
                                               "TAIWAN_PERMIT",
                                               "FOREIGN_PERMANENT_RESIDENT"};
constexpr std::string_view kKindWords[] = {"LEGAL_REPRESENTATIVE", "GUARDIAN", "AGENT"};
constexpr std::string_view kAuthorityWords[] = {"", "GENERAL", "SPECIAL"};

DocumentKind DocumentKindOf(IdentityKind kind) {
  switch (kind) {
    case IdentityKind::kPassport:
      return DocumentKind::kPassport;
    case IdentityKind::kHongKongMacaoPermit:
      return DocumentKind::kHongKongMacaoTravelPermit;
    case IdentityKind::kTaiwanPermit:
      return DocumentKind::kTaiwanTravelPermit;
    case IdentityKind::kForeignPermanentResident:
      return DocumentKind::kForeignPermanentResidenceCard;
    default:
      return DocumentKind::kResidentIdentityCard;
  }
}

// Residence permits of Hong Kong, Macao and Taiwan residents (810000, 820000, 830000) are written
// like resident numbers and offered under the permit's kind.
bool IsResidencePermit(IdentityKind kind, std::string_view number) {
  return (kind == IdentityKind::kHongKongMacaoPermit || kind == IdentityKind::kTaiwanPermit) &&
         number.size() == 18;
}

absl::Status NormaliseNumber(IdentityKind identity, std::string* number, absl::CivilDay today) {
  if (identity == IdentityKind::kSocialCredit) {
    auto code = identifier::CreditCode::Parse(*number);
    if (!code.ok()) return code.status();
    *number = code->value();
    return absl::OkStatus();
  }
  DocumentKind kind = IsResidencePermit(identity, *number)
                          ? DocumentKind::kHongKongMacaoTaiwanResidencePermit
                          : DocumentKindOf(identity);
  auto document = identifier::ParseIdentityDocument(kind, *number, today);
  if (!document.ok()) return document.status();
  *number = document->value;
  return absl::OkStatus();
}

// Whether the kind fits the party, and holds what it needs.
void CheckKind(const Representative& representative, bool of_person, const std::string& path,
               Violations* violations) {
  const bool is_agent = representative.kind == RepresentativeKind::kAgent;
  if (representative.kind == RepresentativeKind::kLegalRepresentative && of_person) {
    violations->push_back({path + ".kind",
                           "LEGAL_REPRESENTATIVE is of an organisation; a person "
                           "has a GUARDIAN or an AGENT"});
  }
  if (representative.kind == RepresentativeKind::kGuardian && !of_person) {
    violations->push_back({path + ".kind",
                           "GUARDIAN is of a person; an organisation has a "
                           "LEGAL_REPRESENTATIVE or an AGENT"});
  }
  if (is_agent != (representative.authority != AgentAuthority::kNone)) {
    violations->push_back({path + ".authority", is_agent ? "is required of an AGENT"
                                                         : "is of an AGENT alone; leave it out"});
  }
  const int least = representative.kind == RepresentativeKind::kLegalRepresentative ? 0 : 1;
  if (std::string wrong = CheckText(representative.evidence, least, 500); !wrong.empty()) {
    violations->push_back({path + ".evidence", wrong});
  }
}

template <typename Enum, std::size_t kCount>
Enum EnumOfWord(const std::string_view (&words)[kCount], std::string_view word, Enum otherwise) {
  const auto found = std::find(std::begin(words), std::end(words), word);
  return found == std::end(words) ? otherwise : static_cast<Enum>(found - std::begin(words));
}

}  // namespace

void NormaliseIdentity(IdentityKind kind, std::string* number, bool is_organisation,
                       const std::string& path, absl::CivilDay today, Violations* violations) {
  if (number->empty()) {
    if (kind != IdentityKind::kNone) {
      violations->push_back({path + ".identity_number", "is required with identity_kind"});
    }
    return;
  }
  if (kind == IdentityKind::kNone) {
    violations->push_back({path + ".identity_kind", "is required with identity_number"});
    return;
  }
  if ((kind == IdentityKind::kSocialCredit) != is_organisation) {
    violations->push_back({path + ".identity_kind",
                           "does not fit the kind of party: an organisation has a unified social "
                           "credit code, a person any other document"});
    return;
  }
  if (absl::Status status = NormaliseNumber(kind, number, today); !status.ok()) {
    violations->push_back({path + ".identity_number", std::string(status.message())});
  }
}

void NormaliseTelephone(std::string* telephone, const std::string& path, Violations* violations) {
  if (telephone->empty()) return;
  auto parsed = identifier::Telephone::Parse(*telephone);
  if (parsed.ok()) {
    *telephone = parsed->value();
  } else {
    violations->push_back({path + ".telephone", std::string(parsed.status().message())});
  }
}

void NormaliseRepresentative(Representative* representative, bool of_person,
                             const std::string& path, absl::CivilDay today,
                             Violations* violations) {
  if (!IsCaseIdentifier(representative->representative_id)) {
    violations->push_back({path + ".representative_id", "must be 1 to 32 of a-z, 0-9 and -"});
  }
  if (std::string wrong = CheckText(representative->display_name, 1, 100); !wrong.empty()) {
    violations->push_back({path + ".display_name", wrong});
  }
  NormaliseIdentity(representative->identity_kind, &representative->identity_number, false, path,
                    today, violations);
  NormaliseTelephone(&representative->telephone, path, violations);
  CheckKind(*representative, of_person, path, violations);
}

void CheckRepresentatives(const std::vector<Representative>& representatives,
                          const std::string& path, Violations* violations) {
  if (std::ssize(representatives) > kMostRepresentatives) {
    violations->push_back({path, absl::StrCat("must be at most ", kMostRepresentatives,
                                              "; there are ", representatives.size())});
  }
  std::set<std::string> ids;
  int agents = 0, legal = 0;
  for (std::size_t i = 0; i < representatives.size(); ++i) {
    const Representative& each = representatives[i];
    if (!ids.insert(each.representative_id).second) {
      violations->push_back({absl::StrCat(path, "[", i, "].representative_id"),
                             "is used by another representative of this party"});
    }
    agents += each.kind == RepresentativeKind::kAgent ? 1 : 0;
    legal += each.kind == RepresentativeKind::kLegalRepresentative ? 1 : 0;
  }
  if (agents > kMostAgents) {
    violations->push_back({path, absl::StrCat("must hold at most ", kMostAgents,
                                              " agents (CPL 61); there are ", agents)});
  }
  if (legal > 1) {
    violations->push_back({path, "must hold one legal representative at most"});
  }
}

std::string_view Word(IdentityKind kind) { return kIdentityWords[static_cast<std::size_t>(kind)]; }
std::string_view Word(RepresentativeKind kind) {
  return kKindWords[static_cast<std::size_t>(kind)];
}
std::string_view Word(AgentAuthority authority) {
  return kAuthorityWords[static_cast<std::size_t>(authority)];
}
IdentityKind IdentityKindOf(std::string_view word) {
  return EnumOfWord(kIdentityWords, word, IdentityKind::kNone);
}
RepresentativeKind RepresentativeKindOf(std::string_view word) {
  return EnumOfWord(kKindWords, word, RepresentativeKind::kAgent);
}
AgentAuthority AgentAuthorityOf(std::string_view word) {
  return EnumOfWord(kAuthorityWords, word, AgentAuthority::kNone);
}

}  // namespace maplebridge
