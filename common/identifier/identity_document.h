// Every kind of document by which a person is identified. Only the kinds whose standard has a check
// character are held to one. No text ever holds the value.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/civil_time.h>

#include <optional>
#include <string>
#include <string_view>

namespace maplebridge::identifier {

enum class DocumentKind {
  kResidentIdentityCard,       // 居民身份证, GB 11643
  kHongKongMacaoTravelPermit,  // 港澳居民来往内地通行证: H or M, 8 digits (10 on old cards)
  kTaiwanTravelPermit,  // 台湾居民来往大陆通行证: 8 digits (old: 10, maybe a letter)
  kHongKongMacaoTaiwanResidencePermit,  // 港澳台居民居住证: 810000, 820000 or 830000, MOD 11-2
  kForeignPermanentResidenceCard,  // 外国人永久居留身份证: 2023: 18 characters from 9, MOD 11-2;
                                   // 2017: 3 letters and 12 digits
  kPassport,  // 护照: 5 to 15 capital letters and digits
};
std::string_view DocumentKindName(DocumentKind kind);  // "resident identity card" …

struct IdentityDocument {
  DocumentKind kind;
  std::string value;                         // normalised: letters in capitals
  std::optional<absl::CivilDay> birth_date;  // where the number carries it
};

// Errors: INVALID_ARGUMENT saying what was wrong, the rule, and what is accepted.
absl::StatusOr<IdentityDocument> ParseIdentityDocument(DocumentKind kind, std::string_view text,
                                                       absl::CivilDay today);

}  // namespace maplebridge::identifier
