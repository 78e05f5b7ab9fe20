#include "services/registry/documents/pdf.h"

#include <absl/strings/str_cat.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <memory>
#include <numbers>

#include "services/registry/documents/page_composer.h"

namespace maplebridge::registry {
namespace {

// A4 in points, with margins of 2.5 cm, and of 1.5 cm where a table lies on its side.
constexpr PageSize kPortrait{595.28, 841.89, 71, 9};
constexpr PageSize kLandscape{841.89, 595.28, 42.5, 8};
constexpr double kFoot = 0.42;  // of the margin

using Surface = std::unique_ptr<cairo_surface_t, Freer<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Freer<cairo_destroy>>;

void DrawSealPlace(cairo_t* cairo, const PageSize& size, double y) {
  const double dashes[] = {3, 3};
  cairo_save(cairo);
  cairo_set_source_rgb(cairo, 0.75, 0.3, 0.3);
  cairo_set_line_width(cairo, 0.6);
  cairo_set_dash(cairo, dashes, 2, 0);
  cairo_new_path(cairo);
  cairo_arc(cairo, size.width - size.margin - kSealRadius, y, kSealRadius, 0, 2 * std::numbers::pi);
  cairo_stroke(cairo);
  cairo_restore(cairo);
}

void DrawBox(cairo_t* cairo, const PlacedBox& box) {
  cairo_save(cairo);
  cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
  if (box.shaded) {
    cairo_set_source_rgb(cairo, 0.92, 0.92, 0.92);
    cairo_fill_preserve(cairo);
  }
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_set_line_width(cairo, 0.5);
  cairo_stroke(cairo);
  cairo_restore(cairo);
}

void DrawFoot(cairo_t* cairo, const PageSize& size, const std::string& number, int page,
              int pages) {
  const TextStyle style{kSerif, 9, false, PANGO_ALIGN_CENTER, false, 0};
  Layout foot = MakeLayout(
      cairo, style, absl::StrCat(number, "　第 ", page + 1, " 页　共 ", pages, " 页"), size.body());
  cairo_move_to(cairo, size.margin, size.bottom() + kFoot * size.margin);
  pango_cairo_show_layout(cairo, foot.get());
}

// Lines and boxes are by page, so that each page goes on where the one before ended.
void DrawPages(cairo_t* cairo, const PageSize& size, const PageComposer& composer,
               const std::string& number) {
  std::size_t next_line = 0, next_box = 0;
  for (int page = 0; page < composer.pages(); ++page) {
    const std::vector<PlacedBox>& boxes = composer.boxes();
    for (; next_box < boxes.size() && boxes[next_box].page == page; ++next_box) {
      DrawBox(cairo, boxes[next_box]);
    }
    const std::vector<PlacedLine>& lines = composer.lines();
    for (; next_line < lines.size() && lines[next_line].page == page; ++next_line) {
      const PlacedLine& line = lines[next_line];
      if (line.seal) DrawSealPlace(cairo, size, line.baseline);
      cairo_move_to(cairo, line.x, line.baseline);
      pango_cairo_show_layout_line(cairo, line.line);
    }
    DrawFoot(cairo, size, number, page, composer.pages());
    cairo_show_page(cairo);
  }
}

cairo_status_t Append(void* target, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

// Without the font Pango would quietly take another, and Chinese would come out as boxes.
absl::Status CheckFonts() {
  for (const char* family : {kSerif, kSans}) {
    Font wanted(pango_font_description_new());
    pango_font_description_set_family_static(wanted.get(), family);
    PangoFontMap* map = pango_cairo_font_map_get_default();
    PangoContext* context = pango_font_map_create_context(map);
    PangoFont* font = pango_font_map_load_font(map, context, wanted.get());
    g_object_unref(context);
    std::string found;
    if (font != nullptr) {
      Font description(pango_font_describe(font));
      found = pango_font_description_get_family(description.get());
      g_object_unref(font);
    }
    if (found != family) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the font ", family, " is not installed; install the Debian package fonts-noto-cjk"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Pdf> RenderPdf(const PdfInput& input) {
  if (absl::Status fonts = CheckFonts(); !fonts.ok()) return fonts;
  Pdf pdf;
  const PageSize size = input.is_landscape ? kLandscape : kPortrait;
  Surface surface(
      cairo_pdf_surface_create_for_stream(&Append, &pdf.bytes, size.width, size.height));
  // Cairo would write the time of the day; the same document must have the same digest.
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", input.create_time, absl::UTCTimeZone());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, input.title.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Maplebridge");
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, time.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_MOD_DATE, time.c_str());
  Cairo cairo(cairo_create(surface.get()));

  PageComposer composer(cairo.get(), size);
  composer.Compose(input.paragraphs);
  pdf.pages = composer.pages();
  DrawPages(cairo.get(), size, composer, input.number);
  cairo.reset();
  cairo_surface_finish(surface.get());
  if (cairo_status_t status = cairo_surface_status(surface.get()); status != CAIRO_STATUS_SUCCESS) {
    return absl::InternalError(absl::StrCat("Cairo: ", cairo_status_to_string(status)));
  }
  return pdf;
}

}  // namespace maplebridge::registry
