#include "services/docking/domain/party.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "common/identifier/credit_code.h"
#include "common/identifier/identity_document.h"
#include "common/identifier/telephone.h"

namespace maplebridge::docking {
namespace {

using identifier::DocumentKind;

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

absl::Status NormaliseIdentity(Party* party, absl::CivilDay today) {
  if (party->identity_kind == IdentityKind::kSocialCredit) {
    auto code = identifier::CreditCode::Parse(party->identity_number);
    if (!code.ok()) return code.status();
    party->identity_number = code->value();
    return absl::OkStatus();
  }
  DocumentKind kind = IsResidencePermit(party->identity_kind, party->identity_number)
                          ? DocumentKind::kHongKongMacaoTaiwanResidencePermit
                          : DocumentKindOf(party->identity_kind);
  auto document = identifier::ParseIdentityDocument(kind, party->identity_number, today);
  if (!document.ok()) return document.status();
  party->identity_number = document->value;
  return absl::OkStatus();
}

void CheckIdentity(Party* party, const std::string& path, absl::CivilDay today,
                   Violations* violations) {
  if (party->identity_number.empty()) {
    if (party->identity_kind != IdentityKind::kNone) {
      violations->push_back({path + ".identity_number", "is required with identity_kind"});
    }
    return;
  }
  if (party->identity_kind == IdentityKind::kNone) {
    violations->push_back({path + ".identity_kind", "is required with identity_number"});
    return;
  }
  bool of_organisation = party->identity_kind == IdentityKind::kSocialCredit;
  if (of_organisation != (party->kind == PartyKind::kOrganisation)) {
    violations->push_back({path + ".identity_kind",
                           "does not fit the kind of party: an organisation has a unified social "
                           "credit code, a person any other document"});
    return;
  }
  if (absl::Status status = NormaliseIdentity(party, today); !status.ok()) {
    violations->push_back({path + ".identity_number", std::string(status.message())});
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
  if (std::string wrong = CheckText(party->service_address, 0, 200); !wrong.empty()) {
    violations->push_back({path + ".service_address", wrong});
  }
  CheckIdentity(party, path, today, violations);
  if (!party->telephone.empty()) {
    auto telephone = identifier::Telephone::Parse(party->telephone);
    if (telephone.ok()) {
      party->telephone = telephone->value();
    } else {
      violations->push_back({path + ".telephone", std::string(telephone.status().message())});
    }
  }
}

// Bytes of the UTF-8 character at `at`; 0 when there is none: cut off, longer than need be, a half
// of a surrogate pair, or beyond U+10FFFF. PostgreSQL refuses these too.
std::size_t LengthAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 0 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool is_wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                        (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
  return is_wrong ? 0 : length;
}

bool HasPosition(const std::vector<Party>& parties, PartyPosition position) {
  return std::any_of(parties.begin(), parties.end(),
                     [position](const Party& party) { return party.position == position; });
}

}  // namespace

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
        !identities.insert(std::string(Word(party.identity_kind)) + "/" + party.identity_number)
             .second) {
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
  return violations;
}

int Characters(std::string_view text) {
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const std::size_t length = LengthAt(text, i);
    if (length == 0) return -1;
    i += length;
  }
  return count;
}

std::string CheckText(std::string_view text, int least, int most) {
  const int count = Characters(text);
  if (count < 0) return "is not UTF-8";
  if (count < least || count > most) {
    return absl::StrCat("must be ", least, " to ", most, " characters; there are ", count);
  }
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7F) {
      return "holds a control character; only line breaks and tabs are accepted";
    }
  }
  return "";
}

bool IsCaseIdentifier(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string_view Word(PartyKind kind) {
  return kind == PartyKind::kPerson ? "PERSON" : "ORGANISATION";
}

std::string_view Word(PartyPosition position) {
  constexpr std::string_view kWords[] = {"APPLICANT", "RESPONDENT", "THIRD_PERSON"};
  return kWords[static_cast<std::size_t>(position)];
}

std::string_view Word(IdentityKind kind) {
  constexpr std::string_view kWords[] = {"",
                                         "RESIDENT",
                                         "SOCIAL_CREDIT",
                                         "PASSPORT",
                                         "HONG_KONG_MACAO_PERMIT",
                                         "TAIWAN_PERMIT",
                                         "FOREIGN_PERMANENT_RESIDENT"};
  return kWords[static_cast<std::size_t>(kind)];
}

}  // namespace maplebridge::docking
