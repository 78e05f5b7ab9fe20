#include "common/identifier/identity_document.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "common/identifier/eighteen_characters.h"
#include "common/identifier/resident_number.h"
#include "common/identifier/text.h"
#include "common/status/macros.h"

namespace maplebridge::identifier {
namespace {

absl::Status Wrong(DocumentKind kind, std::string_view accepted) {
  return absl::InvalidArgumentError(absl::StrCat("a ", std::string(DocumentKindName(kind)),
                                                 " number: accepted is ", std::string(accepted)));
}

absl::StatusOr<IdentityDocument> ParseWithBirthDate(DocumentKind kind, std::string_view rule,
                                                    std::string_view text, absl::CivilDay today) {
  MB_ASSIGN_OR_RETURN(
      EighteenCharacters number,
      ParseEighteenCharacters(absl::StrCat("a ", std::string(DocumentKindName(kind)), " number"),
                              rule, text, today));
  return IdentityDocument{kind, std::move(number.value), number.birth_date};
}

absl::StatusOr<IdentityDocument> ParseResidencePermit(std::string_view text, absl::CivilDay today) {
  constexpr DocumentKind kKind = DocumentKind::kHongKongMacaoTaiwanResidencePermit;
  MB_ASSIGN_OR_RETURN(
      IdentityDocument document,
      ParseWithBirthDate(kKind,
                         "810000 (Hong Kong), 820000 (Macao) or 830000 (Taiwan), 8 digits of the "
                         "birth date, 3 of sequence, and a check character 0-9 or X",
                         text, today));
  const std::string place = document.value.substr(0, 6);
  if (place == "810000" || place == "820000" || place == "830000") return document;
  return Wrong(kKind, "one that begins with 810000 (Hong Kong), 820000 (Macao) or 830000 (Taiwan)");
}

absl::StatusOr<IdentityDocument> ParseForeignCard(std::string_view text, absl::CivilDay today) {
  constexpr DocumentKind kKind = DocumentKind::kForeignPermanentResidenceCard;
  std::string value = Capitals(text);
  if (value.size() == 15 && std::all_of(value.begin(), value.begin() + 3, IsCapital) &&
      AllDigits(std::string_view(value).substr(3))) {
    return IdentityDocument{kKind, std::move(value), std::nullopt};
  }
  constexpr std::string_view kRule =
      "9, 2 digits of the province, 3 of the nationality, 8 of the birth date, 3 of sequence, and "
      "a "
      "check character 0-9 or X; cards issued before 2023 have 3 letters and 12 digits";
  MB_ASSIGN_OR_RETURN(IdentityDocument document, ParseWithBirthDate(kKind, kRule, text, today));
  if (document.value[0] == '9') return document;
  return Wrong(kKind, "18 characters that begin with 9, or 3 letters and 12 digits (before 2023)");
}

absl::StatusOr<IdentityDocument> ParseTravelPermit(DocumentKind kind, std::string value) {
  const std::string_view text = value;
  if (kind == DocumentKind::kHongKongMacaoTravelPermit) {
    if ((text.size() == 9 || text.size() == 11) && (text[0] == 'H' || text[0] == 'M') &&
        AllDigits(text.substr(1))) {
      return IdentityDocument{kind, std::move(value), std::nullopt};
    }
    return Wrong(kind, "H (Hong Kong) or M (Macao) and 8 digits, on old cards 10 digits");
  }
  const bool has_letter = text.size() == 11 && IsCapital(text[10]);
  if ((text.size() == 8 || text.size() == 10 || has_letter) &&
      AllDigits(text.substr(0, has_letter ? 10 : text.size()))) {
    return IdentityDocument{kind, std::move(value), std::nullopt};
  }
  return Wrong(kind, "8 digits, on old permits 10 digits and a letter after them if printed");
}

absl::StatusOr<IdentityDocument> ParsePassport(std::string value) {
  const bool has_digit = std::any_of(value.begin(), value.end(), IsDigit);
  if (value.size() >= 5 && value.size() <= 15 && has_digit) {
    return IdentityDocument{DocumentKind::kPassport, std::move(value), std::nullopt};
  }
  return Wrong(DocumentKind::kPassport,
               "5 to 15 letters and digits with at least one digit, as printed (ICAO 9303)");
}

}  // namespace

std::string_view DocumentKindName(DocumentKind kind) {
  switch (kind) {
    case DocumentKind::kResidentIdentityCard:
      return "resident identity card";
    case DocumentKind::kHongKongMacaoTravelPermit:
      return "Hong Kong and Macao travel permit";
    case DocumentKind::kTaiwanTravelPermit:
      return "Taiwan travel permit";
    case DocumentKind::kHongKongMacaoTaiwanResidencePermit:
      return "Hong Kong, Macao and Taiwan residence permit";
    case DocumentKind::kForeignPermanentResidenceCard:
      return "foreign permanent residence card";
    case DocumentKind::kPassport:
      return "passport";
  }
  return "document of unknown kind";
}

absl::StatusOr<IdentityDocument> ParseIdentityDocument(DocumentKind kind, std::string_view text,
                                                       absl::CivilDay today) {
  if (kind == DocumentKind::kResidentIdentityCard) {
    MB_ASSIGN_OR_RETURN(const ResidentNumber number, ResidentNumber::Parse(text, today));
    return IdentityDocument{kind, number.value(), number.birth_date()};
  }
  if (kind == DocumentKind::kHongKongMacaoTaiwanResidencePermit) {
    return ParseResidencePermit(text, today);
  }
  if (const std::string_view fault = FaultOfPlainText(text); !fault.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a ", std::string(DocumentKindName(kind)), " number: ", std::string(fault)));
  }
  switch (kind) {
    case DocumentKind::kForeignPermanentResidenceCard:
      return ParseForeignCard(text, today);
    case DocumentKind::kHongKongMacaoTravelPermit:
    case DocumentKind::kTaiwanTravelPermit:
      return ParseTravelPermit(kind, Capitals(text));
    case DocumentKind::kPassport:
      return ParsePassport(Capitals(text));
    default:
      return absl::InvalidArgumentError("a document of an unknown kind cannot be checked");
  }
}

}  // namespace maplebridge::identifier
