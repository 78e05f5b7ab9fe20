#include "services/registry/domain/document_number.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <array>

#include "common/identifier/dispute_number.h"

namespace maplebridge::registry {
namespace {

struct KindWords {
  std::string_view word;
  std::string_view stem;
  // In the number.
  std::string_view mark;
  std::string_view title;
};

// In the order of the kinds.
constexpr std::array<KindWords, kDocumentKindCount> kKinds = {{
    {"AGREEMENT", "agreement", "人调协字", "人民调解协议书"},
    {"CONCLUSION_NOTICE", "conclusion", "人调终字", "终结调解告知书"},
    {"APPLICATION", "application", "人调申字", "人民调解申请书"},
    {"ACCEPTANCE_NOTICE", "acceptance", "人调受字", "人民调解受理通知书"},
    {"DECLINE_NOTICE", "decline", "人调不字", "人民调解不予受理通知书"},
    {"MEDIATION_RECORD", "mediation-record", "人调笔字", "人民调解笔录"},
    {"ORAL_AGREEMENT_REGISTER", "oral-agreement", "人调口字", "人民调解口头协议登记表"},
    {"FOLLOW_UP_RECORD", "follow-up", "人调访字", "人民调解回访记录"},
    {"FILE_INDEX", "file-index", "人调卷字", "人民调解卷宗目录"},
    {"URGING_NOTICE", "urging-notice", "人调督字", "督促履行通知书"},
    {"PERFORMANCE_RECORD", "performance-record", "人调履字", "调解协议履行情况记录"},
    {"CASE_HISTORY", "case-history", "人调案字", "一案一页"},
    {"DISPUTE_LEDGER", "dispute-ledger", "人调账字", "人民调解工作台账"},
    {"CAMPAIGN_REPORT", "campaign-report", "人调排字", "矛盾纠纷排查工作总结"},
}};

const KindWords& WordsOf(DocumentKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string DocumentNumber(DocumentKind kind, std::string_view dispute_number, int ordinal) {
  auto number = identifier::DisputeNumber::Parse(dispute_number);
  if (!number.ok()) return "";
  return absl::StrFormat("〔%d〕%s%s第%07d-%d号", number->year, number->county6,
                         std::string(WordsOf(kind).mark), number->serial, ordinal);
}

std::string ReportNumber(DocumentKind kind, std::string_view county6, int year, int serial) {
  return absl::StrFormat("〔%d〕%s%s第%07d号", year, std::string(county6),
                         std::string(WordsOf(kind).mark), serial);
}

std::string DocumentId(DocumentKind kind, int ordinal) {
  return absl::StrCat(std::string(WordsOf(kind).stem), "-", ordinal);
}

std::string_view DocumentStem(DocumentKind kind) { return WordsOf(kind).stem; }

std::string_view DocumentTitle(DocumentKind kind) { return WordsOf(kind).title; }

std::string_view Word(DocumentKind kind) { return WordsOf(kind).word; }

std::optional<DocumentKind> DocumentKindOf(std::string_view word) {
  for (int i = 0; i < kDocumentKindCount; ++i) {
    const auto kind = static_cast<DocumentKind>(i);
    if (Word(kind) == word) return kind;
  }
  return std::nullopt;
}

}  // namespace maplebridge::registry
