#include "services/registry/documents/document_maker.h"

#include <absl/strings/str_cat.h>

#include "common/calendar/working_calendar.h"
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
  ReportLabel named;
  named.kind = label.kind;
  named.number = DocumentNumber(label.kind, about.dispute_number, label.ordinal);
  named.verification_code = label.verification_code;
  named.now = about.now;
  TemplateValues values = CaseValues(about);
  values.fields.merge(own.fields);
  values.lists.merge(own.lists);
  auto made = Render(named, std::move(values));
  if (made.ok()) made->id = DocumentId(label.kind, label.ordinal);
  return made;
}

absl::StatusOr<MadeDocument> DocumentMaker::MakeReport(const ReportLabel& label,
                                                       TemplateValues own) const {
  own.fields["day"] = ChineseDay(calendar::ChinaDay(label.now));
  return Render(label, std::move(own));
}

absl::StatusOr<MadeDocument> DocumentMaker::Render(const ReportLabel& label,
                                                   TemplateValues values) const {
  const Template& form = templates_[static_cast<std::size_t>(label.kind)];
  values.fields["number"] = label.number;
  values.fields["verification_code"] = label.verification_code;
  auto paragraphs = form.Fill(values);
  if (!paragraphs.ok()) return paragraphs.status();
  PdfInput input;
  input.title = absl::StrCat(std::string(DocumentTitle(label.kind)), " ", label.number);
  input.number = label.number;
  input.create_time = label.now;
  input.is_landscape = form.is_landscape();
  input.paragraphs = *std::move(paragraphs);
  auto pdf = RenderPdf(input);
  if (!pdf.ok()) return pdf.status();
  MadeDocument made;
  made.kind = label.kind;
  made.number = label.number;
  made.template_name = form.name();
  made.bytes = std::move(pdf->bytes);
  made.pages = pdf->pages;
  return made;
}

}  // namespace maplebridge::registry
