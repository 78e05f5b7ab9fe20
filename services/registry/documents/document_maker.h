// Makes the documents of a dispute: from its data, through a template, to a PDF.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <vector>

#include "services/registry/documents/document_values.h"
#include "services/registry/documents/template.h"
#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {

// Which document of its dispute it is.
struct DocumentLabel {
  DocumentKind kind = DocumentKind::kAgreement;
  int ordinal = 1;                // among those of its kind
  std::string verification_code;  // "ABCD-EFGH-JKLM"
};

struct MadeDocument {
  DocumentKind kind = DocumentKind::kAgreement;
  std::string id;             // "agreement-1"
  std::string number;         // printed
  std::string template_name;  // "agreement/2"
  std::string bytes;
  int pages = 0;
};

// Which report it is; a report is about no dispute.
struct ReportLabel {
  DocumentKind kind = DocumentKind::kDisputeLedger;
  std::string number;
  std::string verification_code;
  absl::Time now;
};

class DocumentMaker {
 public:
  // `folder`: where the templates are, one for each kind. NOT_FOUND or INVALID_ARGUMENT names the
  // file.
  static absl::StatusOr<std::shared_ptr<const DocumentMaker>> Load(const std::string& folder);

  // `own`: what this kind says beside the case. Takes tens of milliseconds: run it on a worker
  // thread. Any thread. INVALID_ARGUMENT names a value that the template lacks.
  absl::StatusOr<MadeDocument> Make(const DocumentCase& about, const DocumentLabel& label,
                                    TemplateValues own) const;
  // The same of a report; `id` of the answer stays empty. A long ledger takes seconds.
  absl::StatusOr<MadeDocument> MakeReport(const ReportLabel& label, TemplateValues own) const;

 private:
  // Everything but what names the document.
  absl::StatusOr<MadeDocument> Render(const ReportLabel& label, TemplateValues values) const;

  explicit DocumentMaker(std::vector<Template> templates) : templates_(std::move(templates)) {}
  std::vector<Template> templates_;  // by kind
};

}  // namespace maplebridge::registry
