// Sets paragraphs on pages: breaks lines and tables, keeps a seal's place together, and says where
// each line and box comes to stand.
#pragma once

#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <vector>

#include "services/registry/documents/template.h"

namespace maplebridge::registry {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Font = std::unique_ptr<PangoFontDescription, Freer<pango_font_description_free>>;
using Layout = std::unique_ptr<PangoLayout, Freer<g_object_unref>>;

inline constexpr char kSerif[] = "Noto Serif CJK SC";
inline constexpr char kSans[] = "Noto Sans CJK SC";
// Points. A committee's seal is 42 mm across at most.
inline constexpr double kSealRadius = 56;

struct PageSize {
  double width = 0, height = 0, margin = 0;
  // Of a table's text.
  double table_size = 9;
  double body() const { return width - 2 * margin; }
  double bottom() const { return height - margin; }
};

struct TextStyle {
  const char* family;
  double size;
  bool bold;
  PangoAlignment alignment;
  bool indent;
  double space;  // below
};

// `width`: in points.
Layout MakeLayout(cairo_t* cairo, const TextStyle& style, const std::string& text, double width);

// One line in its place on one page.
struct PlacedLine {
  int page;
  double x, baseline;
  PangoLayoutLine* line;  // owned by its layout
  bool seal;
};

// The frame of a table's cell.
struct PlacedBox {
  int page;
  double x, y, width, height;
  bool shaded;
};

class PageComposer {
 public:
  PageComposer(cairo_t* cairo, PageSize page) : cairo_(cairo), size_(page), y_(page.margin) {}

  // Once.
  void Compose(const std::vector<Paragraph>& paragraphs);

  int pages() const { return page_ + 1; }
  // By page.
  const std::vector<PlacedLine>& lines() const { return lines_; }
  const std::vector<PlacedBox>& boxes() const { return boxes_; }

 private:
  struct Cell {
    PangoLayout* layout;
    double x, width;
    bool to_the_right;
    std::vector<PangoLayoutLine*> lines;
    std::vector<double> heights, ascents;
    std::size_t next = 0;  // first line that is not yet placed
  };

  void Add(const Paragraph& paragraph);
  double HeightOf(const Paragraph& paragraph);
  void AddText(const Paragraph& paragraph);
  void AddRow(const std::vector<std::string>& texts, bool head);
  void BeginRow(const std::vector<std::string>& texts, bool head, std::vector<Cell>* cells);
  // As much of the row as fits; true when all of it is placed.
  bool PlaceRow(std::vector<Cell>* cells, bool head);
  void NewPage();
  cairo_t* cairo_;
  const PageSize size_;
  int page_ = 0;
  double y_;
  // Of the present table.
  std::vector<std::string> head_;
  std::vector<TableColumn> columns_;
  std::vector<Layout> layouts_;
  std::vector<PlacedLine> lines_;
  std::vector<PlacedBox> boxes_;
};

}  // namespace maplebridge::registry
