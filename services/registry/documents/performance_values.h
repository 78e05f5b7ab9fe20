// What documents say about the performance of an agreement.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/registry/documents/document_values.h"

namespace maplebridge::registry {

// The agreement by which the dispute was concluded, as documents name it.
struct PerformedAgreement {
  std::string number;
  std::optional<absl::CivilDay> effective_day;
  std::vector<Obligation> obligations;
};

struct UrgedObligation {
  std::string obligation_id;
  int instalment = 0;
  absl::CivilDay urge_day;
  std::string method;         // "VISIT", …
  std::string mediator_name;  // may be empty
  std::string content;
  std::string response;  // "PROMISED", …; empty without an answer
  std::string answer;
  std::optional<absl::CivilDay> promised_day;
};

struct PerformanceEntry {
  std::string obligation_id;  // as the record names it
  std::string agreement_number;
  std::int64_t amount_fen = 0;
  absl::CivilDay day;
  std::string method;     // "CASH", …
  std::string performer;  // empty: the debtor
  std::string evidence;
  int days_late = 0;
  std::optional<absl::CivilDay> reverse_day;
  std::string reverse_explanation;
};

// INVALID_ARGUMENT when the agreement has no such obligation.
absl::StatusOr<TemplateValues> UrgingNoticeValues(const DocumentCase& about,
                                                  const PerformedAgreement& agreement,
                                                  const UrgedObligation& urged);
TemplateValues PerformanceRecordValues(const DocumentCase& about,
                                       const PerformedAgreement& agreement,
                                       const std::vector<PerformanceEntry>& entries);

}  // namespace maplebridge::registry
