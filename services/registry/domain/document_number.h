// Kinds of documents, and the numbers printed on them: year, county, kind, and the dispute's own
// serial, so that a document leads to its file and no second serial has to be kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace maplebridge::registry {

enum class DocumentKind : std::uint8_t {
  kAgreement,
  kConclusionNotice,
  kApplication,
  kAcceptanceNotice,
  kDeclineNotice,
  kMediationRecord,
  kOralAgreementRegister,
  kFollowUpRecord,
  kFileIndex,
  kUrgingNotice,
  kPerformanceRecord,
  kCaseHistory,
  // Of no dispute: reports.
  kDisputeLedger,
  kCampaignReport,
};
inline constexpr int kDocumentKindCount = 14;

// "〔2026〕330102人调协字第0000001-1号": `ordinal` counts documents of one kind in one dispute,
// from 1. `dispute_number` is one that was made by us, such as "D-330102-2026-00000017".
std::string DocumentNumber(DocumentKind kind, std::string_view dispute_number, int ordinal);

// "〔2026〕330102人调账字第0000001号": of a report, whose serial is counted by kind, county and
// year.
std::string ReportNumber(DocumentKind kind, std::string_view county6, int year, int serial);

// "agreement-1": the last part of the document's resource name.
std::string DocumentId(DocumentKind kind, int ordinal);
// "agreement": the ordinal's part before it, and the template's name.
std::string_view DocumentStem(DocumentKind kind);
// "人民调解协议书": its title as printed.
std::string_view DocumentTitle(DocumentKind kind);

std::string_view Word(DocumentKind kind);
std::optional<DocumentKind> DocumentKindOf(std::string_view word);

}  // namespace maplebridge::registry
