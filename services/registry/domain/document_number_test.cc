#include "services/registry/domain/document_number.h"

#include <gtest/gtest.h>

#include <set>

namespace maplebridge::registry {
namespace {

constexpr char kDispute[] = "D-330102-2026-00000017";

TEST(DocumentNumberTest, ANumberNamesYearCountyKindAndSerial) {
  EXPECT_EQ(DocumentNumber(DocumentKind::kAcceptanceNotice, kDispute, 1),
            "〔2026〕330102人调受字第0000001-1号");
  EXPECT_EQ(DocumentNumber(DocumentKind::kMediationRecord, kDispute, 12),
            "〔2026〕330102人调笔字第0000001-12号");
  EXPECT_EQ(DocumentNumber(DocumentKind::kAgreement, "D-330102-2026-00000018", 1), "")
      << "the check digit is wrong";
  EXPECT_EQ(DocumentId(DocumentKind::kMediationRecord, 12), "mediation-record-12");
  EXPECT_EQ(ReportNumber(DocumentKind::kDisputeLedger, "330102", 2026, 17),
            "〔2026〕330102人调账字第0000017号");
}

TEST(DocumentNumberTest, NoTwoKindsShareANumberAnIdentifierOrATitle) {
  std::set<std::string> numbers, identifiers, titles;
  for (int i = 0; i < kDocumentKindCount; ++i) {
    const auto kind = static_cast<DocumentKind>(i);
    numbers.insert(DocumentNumber(kind, kDispute, 1));
    identifiers.insert(DocumentId(kind, 1));
    titles.emplace(DocumentTitle(kind));
    EXPECT_EQ(DocumentKindOf(Word(kind)), kind);
  }
  EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kDocumentKindCount));
  EXPECT_EQ(identifiers.size(), numbers.size());
  EXPECT_EQ(titles.size(), numbers.size());
  EXPECT_EQ(DocumentKindOf("UNSPECIFIED"), std::nullopt);
}

}  // namespace
}  // namespace maplebridge::registry
