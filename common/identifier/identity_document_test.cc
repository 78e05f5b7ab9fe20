#include "common/identifier/identity_document.h"

#include <gtest/gtest.h>

#include <string>

namespace maplebridge::identifier {
namespace {

using Kind = DocumentKind;

constexpr absl::CivilDay kToday(2026, 10, 9);

TEST(IdentityDocumentTest, ReadsEveryKindInItsNormalForm) {
  const struct {
    Kind kind;
    std::string_view text, stored;
    bool has_birth_date;
  } kCases[] = {
      {Kind::kResidentIdentityCard, "11010519491231002x", "11010519491231002X", true},
      {Kind::kHongKongMacaoTravelPermit, "h12345678", "H12345678", false},
      {Kind::kHongKongMacaoTravelPermit, "M1234567801", "M1234567801", false},
      {Kind::kTaiwanTravelPermit, "12345678", "12345678", false},
      {Kind::kTaiwanTravelPermit, "1234567890", "1234567890", false},
      {Kind::kTaiwanTravelPermit, "1234567890b", "1234567890B", false},
      {Kind::kHongKongMacaoTaiwanResidencePermit, "810000199001010019", "810000199001010019", true},
      {Kind::kHongKongMacaoTaiwanResidencePermit, "820000199001010010", "820000199001010010", true},
      {Kind::kHongKongMacaoTaiwanResidencePermit, "830000199001010012", "830000199001010012", true},
      {Kind::kForeignPermanentResidenceCard, "911156197905140011", "911156197905140011", true},
      {Kind::kForeignPermanentResidenceCard, "usa110123456789", "USA110123456789", false},
      {Kind::kPassport, "e12345678", "E12345678", false},
      {Kind::kPassport, "12345", "12345", false},
      {Kind::kPassport, "ABCDEFGHIJKLMN5", "ABCDEFGHIJKLMN5", false},
  };
  for (const auto& each : kCases) {
    auto document = ParseIdentityDocument(each.kind, each.text, kToday);
    ASSERT_TRUE(document.ok()) << each.text << ": " << document.status();
    EXPECT_EQ(document->kind, each.kind);
    EXPECT_EQ(document->value, each.stored);
    EXPECT_EQ(document->birth_date.has_value(), each.has_birth_date) << each.text;
  }
}

TEST(IdentityDocumentTest, RefusesWhatIsNotOfTheKindAndNamesTheKind) {
  const struct {
    Kind kind;
    std::string_view text;
  } kCases[] = {
      {Kind::kResidentIdentityCard, "110105194912310020"},
      {Kind::kHongKongMacaoTravelPermit, "A12345678"},
      {Kind::kHongKongMacaoTravelPermit, "H1234567"},
      {Kind::kHongKongMacaoTravelPermit, "H123456789"},
      {Kind::kHongKongMacaoTravelPermit, "H 12345678"},
      {Kind::kTaiwanTravelPermit, "1234567"},
      {Kind::kTaiwanTravelPermit, "123456789"},
      {Kind::kTaiwanTravelPermit, "12345678901"},
      {Kind::kHongKongMacaoTaiwanResidencePermit, "810000199001010018"},  // check digit
      {Kind::kHongKongMacaoTaiwanResidencePermit, "11010519491231002X"},  // place
      {Kind::kForeignPermanentResidenceCard, "11010519491231002X"},       // begins with 1
      {Kind::kForeignPermanentResidenceCard, "911156197905140012"},       // check digit
      {Kind::kForeignPermanentResidenceCard, "US1101234567890"},
      {Kind::kPassport, "1234"},
      {Kind::kPassport, "ABCDEFGHIJKLMN56"},
      {Kind::kPassport, "ABCDEF"},
      {Kind::kPassport, "E1234 5678"},
      {Kind::kPassport, ""},
  };
  for (const auto& each : kCases) {
    auto document = ParseIdentityDocument(each.kind, each.text, kToday);
    ASSERT_FALSE(document.ok()) << each.text;
    EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string fault(document.status().message());
    const std::string kind = each.kind == Kind::kResidentIdentityCard
                                 ? "resident identity number"
                                 : std::string(DocumentKindName(each.kind));
    EXPECT_NE(fault.find(kind), std::string::npos) << fault;
    if (each.text.size() > 5) {
      EXPECT_EQ(fault.find(each.text), std::string::npos) << fault;
    }
  }
}

}  // namespace
}  // namespace maplebridge::identifier
