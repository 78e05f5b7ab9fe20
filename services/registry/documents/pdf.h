// From paragraphs to a PDF: A4, Noto CJK embedded as a subset, page numbers and the document's
// number at the foot, a place for the seal. The same input gives the same bytes.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "services/registry/documents/template.h"

namespace maplebridge::registry {

struct PdfInput {
  std::string title;   // in the file's properties
  std::string number;  // at the foot of each page
  absl::Time create_time;
  bool is_landscape = false;
  std::vector<Paragraph> paragraphs;
};

struct Pdf {
  std::string bytes;
  int pages = 0;
};

// Takes tens of milliseconds, a long table seconds: run it on a worker thread. Any thread.
// FAILED_PRECONDITION when the font is not installed; INTERNAL when Cairo fails.
absl::StatusOr<Pdf> RenderPdf(const PdfInput& input);

}  // namespace maplebridge::registry
