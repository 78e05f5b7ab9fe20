#include "services/registry/domain/document_number.h"

#include <absl/strings/str_format.h>

#include "common/identifier/dispute_number.h"

namespace maplebridge::registry {

std::string DocumentNumber(DocumentKind kind, std::string_view dispute_number, int ordinal) {
  auto number = identifier::DisputeNumber::Parse(dispute_number);
  if (!number.ok()) return "";
  const char* word = kind == DocumentKind::kAgreement ? "人调协字" : "人调终字";
  return absl::StrFormat("〔%d〕%s%s第%07d-%d号", number->year, number->county6, word,
                         number->serial, ordinal);
}

std::string DocumentId(DocumentKind kind, int ordinal) {
  return absl::StrFormat("%s-%d", kind == DocumentKind::kAgreement ? "agreement" : "conclusion",
                         ordinal);
}

std::string_view Word(DocumentKind kind) {
  return kind == DocumentKind::kAgreement ? "AGREEMENT" : "CONCLUSION_NOTICE";
}

}  // namespace maplebridge::registry
