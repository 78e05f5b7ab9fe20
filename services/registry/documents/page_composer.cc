#include "services/registry/documents/page_composer.h"

#include <algorithm>
#include <numeric>

namespace maplebridge::registry {
namespace {

constexpr double kBodySize = 12;
constexpr double kGap = 8;
constexpr double kCellPadding = 3;
// What a heading, or a line that introduces a table, does not stand alone above.
constexpr double kKeptBelowHeading = 40;

TextStyle StyleOf(ParagraphStyle style) {
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
    case ParagraphStyle::kTableHead:
      return {kSans, kBodySize, true, PANGO_ALIGN_CENTER, false, 0};
    case ParagraphStyle::kTableRow:
      return {kSerif, kBodySize, false, PANGO_ALIGN_LEFT, false, 0};
    case ParagraphStyle::kBody:
    case ParagraphStyle::kGap:
      break;
  }
  return {kSerif, kBodySize, false, PANGO_ALIGN_LEFT, true, 4};
}

bool IsTable(ParagraphStyle style) {
  return style == ParagraphStyle::kTableHead || style == ParagraphStyle::kTableRow;
}

// Where what closes the document begins: seal, day and verification code, and the paragraph before
// them, so that nobody signs or seals a page without text. What is long stays where it is.
std::size_t ClosingBegin(const std::vector<Paragraph>& paragraphs) {
  constexpr std::size_t kLong = 600;  // bytes
  std::size_t begin = paragraphs.size();
  const auto closes = [](ParagraphStyle style) {
    return style == ParagraphStyle::kRight || style == ParagraphStyle::kSeal ||
           style == ParagraphStyle::kGap;
  };
  while (begin > 0 && closes(paragraphs[begin - 1].style)) --begin;
  if (begin == 0 || begin == paragraphs.size()) return paragraphs.size();
  const Paragraph& before = paragraphs[begin - 1];
  return IsTable(before.style) || before.text.size() > kLong ? begin : begin - 1;
}

}  // namespace

Layout MakeLayout(cairo_t* cairo, const TextStyle& style, const std::string& text, double width) {
  Layout layout(pango_cairo_create_layout(cairo));
  Font font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), style.family);
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(),
                                    style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
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

void PageComposer::Compose(const std::vector<Paragraph>& paragraphs) {
  const std::size_t closing = ClosingBegin(paragraphs);
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    if (i == closing) {
      double height = 0;
      for (std::size_t k = i; k < paragraphs.size(); ++k) height += HeightOf(paragraphs[k]);
      if (y_ + height > size_.bottom()) NewPage();
    }
    Add(paragraphs[i]);
  }
}

// With what is below it, as AddText sets it.
double PageComposer::HeightOf(const Paragraph& paragraph) {
  if (paragraph.style == ParagraphStyle::kGap) return kGap;
  const TextStyle style = StyleOf(paragraph.style);
  Layout layout = MakeLayout(cairo_, style, paragraph.text, size_.body());
  int width = 0, height = 0;
  pango_layout_get_size(layout.get(), &width, &height);
  const double text = static_cast<double>(height) / PANGO_SCALE;
  return paragraph.style == ParagraphStyle::kSeal ? text + 2 * kSealRadius : text + style.space;
}

void PageComposer::Add(const Paragraph& paragraph) {
  if (!IsTable(paragraph.style) && !head_.empty()) {
    head_.clear();
    y_ += kGap;
  }
  switch (paragraph.style) {
    case ParagraphStyle::kGap:
      y_ += kGap;
      break;
    case ParagraphStyle::kTableHead:
      head_ = paragraph.cells;
      columns_ = paragraph.columns;
      // With one row at least.
      if (y_ + kKeptBelowHeading > size_.bottom()) NewPage();
      AddRow(head_, true);
      break;
    case ParagraphStyle::kTableRow:
      AddRow(paragraph.cells, false);
      break;
    default:
      AddText(paragraph);
  }
}

void PageComposer::AddText(const Paragraph& paragraph) {
  const TextStyle style = StyleOf(paragraph.style);
  const bool seal = paragraph.style == ParagraphStyle::kSeal;
  if (seal) y_ += kSealRadius;
  if (paragraph.style == ParagraphStyle::kHeading && y_ + kKeptBelowHeading > size_.bottom()) {
    NewPage();
  }
  layouts_.push_back(MakeLayout(cairo_, style, paragraph.text, size_.body()));
  PangoLayoutIter* lines = pango_layout_get_iter(layouts_.back().get());
  int above = 0;  // where the last line ended, within the layout
  do {
    PangoRectangle extent;
    pango_layout_iter_get_line_extents(lines, nullptr, &extent);
    int top = 0, bottom = 0;
    pango_layout_iter_get_line_yrange(lines, &top, &bottom);
    const double height = static_cast<double>(bottom - above) / PANGO_SCALE;
    if (y_ + height > size_.bottom()) NewPage();
    const double baseline =
        y_ + static_cast<double>(pango_layout_iter_get_baseline(lines) - above) / PANGO_SCALE;
    lines_.push_back({page_, size_.margin + static_cast<double>(extent.x) / PANGO_SCALE, baseline,
                      pango_layout_iter_get_line_readonly(lines), seal});
    y_ += height;
    above = bottom;
  } while (pango_layout_iter_next_line(lines));
  pango_layout_iter_free(lines);
  y_ += seal ? kSealRadius : style.space;
}

void PageComposer::AddRow(const std::vector<std::string>& texts, bool head) {
  std::vector<Cell> cells;
  BeginRow(texts, head, &cells);
  double height = 0;
  for (const Cell& cell : cells) {
    height = std::max(height, std::accumulate(cell.heights.begin(), cell.heights.end(), 0.0));
  }
  height += 2 * kCellPadding;
  // A row stays together where it can.
  const bool fits_a_page = height < (size_.bottom() - size_.margin) / 2;
  if (!head && fits_a_page && y_ + height > size_.bottom()) {
    NewPage();
    AddRow(head_, true);
  }
  while (!PlaceRow(&cells, head)) {
    NewPage();
    if (!head) AddRow(head_, true);
  }
}

void PageComposer::BeginRow(const std::vector<std::string>& texts, bool head,
                            std::vector<Cell>* cells) {
  TextStyle style = StyleOf(head ? ParagraphStyle::kTableHead : ParagraphStyle::kTableRow);
  style.size = size_.table_size;
  double shares = 0;
  for (const TableColumn& column : columns_) shares += column.width;
  double x = size_.margin;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Cell cell;
    cell.x = x;
    cell.width = size_.body() * columns_[i].width / shares;
    cell.to_the_right = columns_[i].to_the_right;
    const std::string& text = i < texts.size() ? texts[i] : std::string();
    layouts_.push_back(MakeLayout(cairo_, style, text, cell.width - 2 * kCellPadding));
    cell.layout = layouts_.back().get();
    PangoLayoutIter* lines = pango_layout_get_iter(cell.layout);
    int above = 0;
    do {
      int top = 0, bottom = 0;
      pango_layout_iter_get_line_yrange(lines, &top, &bottom);
      cell.lines.push_back(pango_layout_iter_get_line_readonly(lines));
      cell.heights.push_back(static_cast<double>(bottom - above) / PANGO_SCALE);
      cell.ascents.push_back(static_cast<double>(pango_layout_iter_get_baseline(lines) - above) /
                             PANGO_SCALE);
      above = bottom;
    } while (pango_layout_iter_next_line(lines));
    pango_layout_iter_free(lines);
    x += cell.width;
    cells->push_back(std::move(cell));
  }
}

bool PageComposer::PlaceRow(std::vector<Cell>* cells, bool head) {
  const double top = y_ + kCellPadding;
  double bottom = top;
  bool is_done = true;
  for (Cell& cell : *cells) {
    double y = top;
    for (; cell.next < cell.lines.size(); ++cell.next) {
      const double height = cell.heights[cell.next];
      if (y + height + kCellPadding > size_.bottom()) break;
      PangoRectangle extent;
      pango_layout_line_get_extents(cell.lines[cell.next], nullptr, &extent);
      const double spare =
          cell.width - 2 * kCellPadding - static_cast<double>(extent.width) / PANGO_SCALE;
      double x = cell.x + kCellPadding;
      if (head) {
        x += spare / 2;
      } else if (cell.to_the_right) {
        x += spare;
      }
      lines_.push_back({page_, x, y + cell.ascents[cell.next], cell.lines[cell.next], false});
      y += height;
    }
    bottom = std::max(bottom, y);
    is_done = is_done && cell.next == cell.lines.size();
  }
  // Nothing fitted: the row begins on the next page.
  if (bottom == top) return is_done;
  for (const Cell& cell : *cells) {
    boxes_.push_back({page_, cell.x, y_, cell.width, bottom + kCellPadding - y_, head});
  }
  y_ = bottom + kCellPadding;
  return is_done;
}

void PageComposer::NewPage() {
  ++page_;
  y_ = size_.margin;
}

}  // namespace maplebridge::registry
