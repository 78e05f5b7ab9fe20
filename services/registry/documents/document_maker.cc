#include "services/registry/documents/document_maker.h"

#include <absl/strings/str_cat.h>

#include "services/registry/documents/pdf.h"

namespace maplebridge::registry {

absl::StatusOr<std::shared_ptr<const DocumentMaker>> DocumentMaker::Load(
    const std::string& folder) {
  std::vector<Template> templates;
  for (int i = 0; i < kDocumentKindCount; ++i) {
    const std::string stem(DocumentStem(static_cast<DocumentKind>(i)));
    auto loaded = Template::Load(absl::StrCat(folder, "/", stem, ".txt"));
    if (!loaded.ok()) return loaded.status();
    templates.push_back(*std::move(loaded));
  }
  return std::shared_ptr<const DocumentMaker>(new DocumentMaker(std::move(templates)));
}

absl::StatusOr<MadeDocument> DocumentMaker::Make(const DocumentCase& about,
                                                 const DocumentLabel& label,
                                                 TemplateValues own) const {
  const Template& form = templates_[static_cast<std::size_t>(label.kind)];
  MadeDocument made;
  made.kind = label.kind;
  made.id = DocumentId(label.kind, label.ordinal);
  made.number = DocumentNumber(label.kind, about.dispute_number, label.ordinal);
  made.template_name = form.name();
  TemplateValues values = CaseValues(about);
  values.fields["number"] = made.number;
  values.fields["verification_code"] = label.verification_code;
  values.fields.merge(own.fields);
  values.lists.merge(own.lists);
  auto paragraphs = form.Fill(values);
  if (!paragraphs.ok()) return paragraphs.status();
  PdfInput input;
  input.title = absl::StrCat(std::string(DocumentTitle(label.kind)), " ", made.number);
  input.number = made.number;
  input.create_time = about.now;
  input.paragraphs = *std::move(paragraphs);
  auto pdf = RenderPdf(input);
  if (!pdf.ok()) return pdf.status();
  made.bytes = std::move(pdf->bytes);
  made.pages = pdf->pages;
  return made;
}

}  // namespace maplebridge::registry
