// Makes the documents of a dispute: from its data, through a template, to a PDF.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <vector>

#include "services/registry/documents/pdf.h"
#include "services/registry/domain/agreement.h"
#include "services/registry/domain/document_number.h"
#include "services/registry/domain/party.h"

namespace maplebridge::registry {

// What every document says about its dispute.
struct DocumentCase {
  std::string dispute_number;          // "D-330102-2026-00000017"
  std::string category;                // in Chinese
  std::string organisation;            // name of the committee
  std::vector<Party> parties;          // in full
  std::vector<std::string> mediators;  // names
  bool referral_born = false;
  absl::CivilDay accept_day;
  absl::Time now;
};

struct MadeDocument {
  DocumentKind kind = DocumentKind::kAgreement;
  std::string id;             // "agreement-1"
  std::string number;         // printed
  std::string template_name;  // "agreement/1"
  std::string bytes;
  int pages = 0;
};

class DocumentMaker {
 public:
  // `folder`: where the templates are. NOT_FOUND or INVALID_ARGUMENT names the file.
  static absl::StatusOr<std::shared_ptr<const DocumentMaker>> Load(const std::string& folder);

  // Both take tens of milliseconds: run them on a worker thread. Any thread.
  absl::StatusOr<MadeDocument> MakeAgreement(const DocumentCase& about,
                                             const AgreementDraft& agreement, int ordinal) const;
  // `reason`: in Chinese, to be read after 因.
  absl::StatusOr<MadeDocument> MakeConclusionNotice(const DocumentCase& about,
                                                    const std::string& reason,
                                                    const std::string& explanation,
                                                    int ordinal) const;

 private:
  DocumentMaker(Template agreement, Template conclusion)
      : agreement_(std::move(agreement)), conclusion_(std::move(conclusion)) {}
  Template agreement_;
  Template conclusion_;
};

// "2026年10月9日".
std::string ChineseDay(absl::CivilDay day);

}  // namespace maplebridge::registry
