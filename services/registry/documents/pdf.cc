#include "services/registry/documents/pdf.h"

#include <absl/strings/str_cat.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <memory>
#include <numbers>

namespace maplebridge::registry {
namespace {

// A4 in points; margins of 2.5 cm.
constexpr double kWidth = 595.28;
constexpr double kHeight = 841.89;
constexpr double kMargin = 71;
constexpr double kFoot = 30;
constexpr double kBodySize = 12;
constexpr double kGap = 8;
// A committee's seal is 42 mm across at most.
constexpr double kSealRadius = 56;
// Day and verification code below it.
constexpr double kClosingLines = 44;
constexpr char kSerif[] = "Noto Serif CJK SC";
constexpr char kSans[] = "Noto Sans CJK SC";

struct Style {
  const char* family;
  double size;
  bool bold;
  PangoAlignment alignment;
  bool indent;
  double space;  // below
};

Style StyleOf(ParagraphStyle style) {
  switch (style) {
    case ParagraphStyle::kTitle:
      return {kSans, 22, true, PANGO_ALIGN_CENTER, false, 14};
    case ParagraphStyle::kHeading:
      return {kSans, 13, true, PANGO_ALIGN_LEFT, false, 5};
    case ParagraphStyle::kRight:
    case ParagraphStyle::kSeal:
      return {kSerif, kBodySize, false, PANGO_ALIGN_RIGHT, false, 6};
    case ParagraphStyle::kPlain:
      return {kSerif, kBodySize, false, PANGO_ALIGN_LEFT, false, 3};
    case ParagraphStyle::kSignature:
      return {kSerif, kBodySize, false, PANGO_ALIGN_LEFT, false, 22};
    case ParagraphStyle::kBody:
    case ParagraphStyle::kGap:
      break;
  }
  return {kSerif, kBodySize, false, PANGO_ALIGN_LEFT, true, 4};
}

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Freer<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Freer<cairo_destroy>>;
using Font = std::unique_ptr<PangoFontDescription, Freer<pango_font_description_free>>;
using Layout = std::unique_ptr<PangoLayout, Freer<g_object_unref>>;

Layout MakeLayout(cairo_t* cairo, const Style& style, const std::string& text) {
  Layout layout(pango_cairo_create_layout(cairo));
  Font font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), style.family);
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(),
                                    style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_width(layout.get(), static_cast<int>((kWidth - 2 * kMargin) * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout.get(), style.alignment);
  // Chinese paragraphs begin two characters in.
  if (style.indent) {
    pango_layout_set_indent(layout.get(), static_cast<int>(2 * style.size * PANGO_SCALE));
  }
  pango_layout_set_line_spacing(layout.get(), 1.2F);
  pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
  return layout;
}

// One line in its place on one page.
struct PlacedLine {
  int page;
  double x, baseline;
  PangoLayoutLine* line;  // owned by its layout
  bool seal;
};

class Composer {
 public:
  explicit Composer(cairo_t* cairo) : cairo_(cairo) {}

  void Add(const Paragraph& paragraph) {
    if (paragraph.style == ParagraphStyle::kGap) {
      y_ += kGap;
      return;
    }
    const Style style = StyleOf(paragraph.style);
    const bool seal = paragraph.style == ParagraphStyle::kSeal;
    if (seal) ReserveSeal();
    layouts_.push_back(MakeLayout(cairo_, style, paragraph.text));
    PangoLayoutIter* lines = pango_layout_get_iter(layouts_.back().get());
    int above = 0;  // where the last line ended, within the layout
    do {
      PangoRectangle extent;
      pango_layout_iter_get_line_extents(lines, nullptr, &extent);
      int top = 0, bottom = 0;
      pango_layout_iter_get_line_yrange(lines, &top, &bottom);
      const double height = static_cast<double>(bottom - above) / PANGO_SCALE;
      if (y_ + height > kHeight - kMargin) NewPage();
      const double baseline =
          y_ + static_cast<double>(pango_layout_iter_get_baseline(lines) - above) / PANGO_SCALE;
      placed_.push_back({page_, kMargin + static_cast<double>(extent.x) / PANGO_SCALE, baseline,
                         pango_layout_iter_get_line_readonly(lines), seal});
      y_ += height;
      above = bottom;
    } while (pango_layout_iter_next_line(lines));
    pango_layout_iter_free(lines);
    y_ += seal ? kSealRadius : style.space;
  }

  int pages() const { return page_ + 1; }
  const std::vector<PlacedLine>& placed() const { return placed_; }

 private:
  void NewPage() {
    ++page_;
    y_ = kMargin;
  }
  // Room for a seal around the next line, all on one page with what closes the document.
  void ReserveSeal() {
    if (y_ + 2 * kSealRadius + kClosingLines > kHeight - kMargin) NewPage();
    y_ += kSealRadius;
  }

  cairo_t* cairo_;
  int page_ = 0;
  double y_ = kMargin;
  std::vector<Layout> layouts_;
  std::vector<PlacedLine> placed_;
};

void DrawSealPlace(cairo_t* cairo, double y) {
  const double dashes[] = {3, 3};
  cairo_save(cairo);
  cairo_set_source_rgb(cairo, 0.75, 0.3, 0.3);
  cairo_set_line_width(cairo, 0.6);
  cairo_set_dash(cairo, dashes, 2, 0);
  cairo_new_path(cairo);
  cairo_arc(cairo, kWidth - kMargin - kSealRadius, y, kSealRadius, 0, 2 * std::numbers::pi);
  cairo_stroke(cairo);
  cairo_restore(cairo);
}

void DrawFoot(cairo_t* cairo, const std::string& number, int page, int pages) {
  const Style style{kSerif, 9, false, PANGO_ALIGN_CENTER, false, 0};
  Layout foot =
      MakeLayout(cairo, style, absl::StrCat(number, "　第 ", page + 1, " 页　共 ", pages, " 页"));
  cairo_move_to(cairo, kMargin, kHeight - kMargin + kFoot);
  pango_cairo_show_layout(cairo, foot.get());
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
  Surface surface(cairo_pdf_surface_create_for_stream(&Append, &pdf.bytes, kWidth, kHeight));
  // Cairo would write the time of the day; the same document must have the same digest.
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", input.create_time, absl::UTCTimeZone());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, input.title.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Maplebridge");
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, time.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_MOD_DATE, time.c_str());
  Cairo cairo(cairo_create(surface.get()));

  Composer composer(cairo.get());
  for (const Paragraph& paragraph : input.paragraphs) composer.Add(paragraph);
  pdf.pages = composer.pages();
  std::size_t next = 0;
  for (int page = 0; page < pdf.pages; ++page) {
    const std::vector<PlacedLine>& placed = composer.placed();
    for (; next < placed.size() && placed[next].page == page; ++next) {
      if (placed[next].seal) DrawSealPlace(cairo.get(), placed[next].baseline);
      cairo_move_to(cairo.get(), placed[next].x, placed[next].baseline);
      pango_cairo_show_layout_line(cairo.get(), placed[next].line);
    }
    DrawFoot(cairo.get(), input.number, page, pdf.pages);
    cairo_show_page(cairo.get());
  }
  cairo.reset();
  cairo_surface_finish(surface.get());
  if (cairo_status_t status = cairo_surface_status(surface.get()); status != CAIRO_STATUS_SUCCESS) {
    return absl::InternalError(absl::StrCat("Cairo: ", cairo_status_to_string(status)));
  }
  return pdf;
}

}  // namespace maplebridge::registry
