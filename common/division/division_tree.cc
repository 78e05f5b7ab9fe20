#include "common/division/division_tree.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/status/macros.h"

namespace maplebridge::division {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaximumPageSize = 1000;

absl::Status Broken(size_t row, std::string_view what) {
  return absl::DataLossError(absl::StrCat("division row ", row, ": ", std::string(what),
                                          "; build the reference data file again"));
}

// Cities that exist in the code only: between a municipality or province and its counties.
bool IsFiller(std::string_view name) {
  return name == "市辖区" || name == "县" || name == "省直辖县级行政区划" ||
         name == "自治区直辖县级行政区划";
}

}  // namespace

absl::StatusOr<DivisionTree> DivisionTree::Create(std::span<const DivisionRow> rows,
                                                  std::string_view names) {
  DivisionTree tree;
  tree.rows_ = rows;
  tree.names_ = names;
  for (size_t i = 0; i < rows.size(); ++i) {
    const DivisionRow& row = rows[i];
    if (i > 0 && rows[i - 1].code >= row.code) return Broken(i, "not in the order of the codes");
    if (row.level > row.lowest_level || row.lowest_level >= kLevelCount) {
      return Broken(i, "has no such level");
    }
    if (row.name_length == 0 || row.name_offset > names.size() ||
        names.size() - row.name_offset < row.name_length) {
      return Broken(i, "has no name");
    }
    if (row.inside > rows.size() - i - 1) return Broken(i, "holds more than the table");
    if (row.parent == kNoParent) {
      if (row.level != 0) return Broken(i, "has no parent");
    } else {
      // The parent stands before it and spans it, with all that is inside it.
      if (row.parent >= i) return Broken(i, "stands before its parent");
      const DivisionRow& parent = rows[row.parent];
      if (parent.level >= row.level ||
          row.parent + uint64_t{parent.inside} < i + uint64_t{row.inside} ||
          !DivisionCode::FromNumber(parent.code).Contains(DivisionCode::FromNumber(row.code))) {
        return Broken(i, "does not lie inside its parent");
      }
    }
    for (int level = row.level; level <= row.lowest_level; ++level) ++tree.source_rows_[level];
  }
  return tree;
}

const DivisionRow* DivisionTree::FindRow(DivisionCode code) const {
  auto found =
      std::lower_bound(rows_.begin(), rows_.end(), code.number(),
                       [](const DivisionRow& row, uint64_t wanted) { return row.code < wanted; });
  return found != rows_.end() && found->code == code.number() ? &*found : nullptr;
}

Division DivisionTree::ToDivision(const DivisionRow& row) const {
  Division division{.code = DivisionCode::FromNumber(row.code),
                    .level = static_cast<Level>(row.level),
                    .name = names_.substr(row.name_offset, row.name_length),
                    .parent = std::nullopt,
                    .has_children = row.inside > 0};
  if (row.parent != kNoParent) {
    division.parent = DivisionCode::FromNumber(rows_[row.parent].code);
  }
  return division;
}

std::optional<Division> DivisionTree::Find(DivisionCode code) const {
  const DivisionRow* row = FindRow(code);
  if (row == nullptr) return std::nullopt;
  return ToDivision(*row);
}

absl::StatusOr<Division> DivisionTree::Find(std::string_view code) const {
  MB_ASSIGN_OR_RETURN(const DivisionCode parsed, DivisionCode::Parse(code));
  if (const DivisionRow* row = FindRow(parsed)) return ToDivision(*row);
  return absl::NotFoundError(absl::StrCat("no division has the code ", parsed.ToString(),
                                          " in the loaded table of ", size(), " divisions"));
}

absl::StatusOr<DivisionCode> DivisionTree::Normalise(std::string_view code) const {
  const absl::StatusOr<Division> division = Find(code);
  if (division.ok()) return division->code;
  return absl::InvalidArgumentError(division.status().message());
}

std::vector<Division> DivisionTree::Ancestors(DivisionCode code) const {
  std::vector<Division> ancestors;
  const DivisionRow* row = FindRow(code);
  while (row != nullptr && row->parent != kNoParent) {
    row = &rows_[row->parent];
    ancestors.push_back(ToDivision(*row));
  }
  std::reverse(ancestors.begin(), ancestors.end());
  return ancestors;
}

absl::StatusOr<DivisionPage> DivisionTree::Children(std::optional<DivisionCode> code, int page_size,
                                                    std::string_view page_token) const {
  if (page_size < 0 || page_size > kMaximumPageSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("page_size: 1 to ", kMaximumPageSize, ", or 0 for ", kDefaultPageSize));
  }
  if (page_size == 0) page_size = kDefaultPageSize;
  size_t begin = 0;
  size_t end = rows_.size();
  uint32_t parent = kNoParent;
  if (code.has_value()) {
    const DivisionRow* row = FindRow(*code);
    if (row == nullptr) return Find(code->ToString()).status();
    parent = static_cast<uint32_t>(row - rows_.data());
    begin = parent + size_t{1};
    end = begin + row->inside;
  }
  if (!page_token.empty()) {
    // The token is the code of the first place of the page.
    const absl::StatusOr<DivisionCode> first = DivisionCode::Parse(page_token);
    const DivisionRow* row = first.ok() ? FindRow(*first) : nullptr;
    if (row == nullptr || row->parent != parent) {
      return absl::InvalidArgumentError(
          "page_token: not from a page of this list; leave it empty for the first page");
    }
    begin = static_cast<size_t>(row - rows_.data());
  }
  DivisionPage page;
  for (size_t i = begin; i < end; i += size_t{1} + rows_[i].inside) {
    if (page.divisions.size() == static_cast<size_t>(page_size)) {
      page.next_page_token = DivisionCode::FromNumber(rows_[i].code).ToString();
      break;
    }
    page.divisions.push_back(ToDivision(rows_[i]));
  }
  return page;
}

std::vector<Division> DivisionTree::Leaves(DivisionCode code, uint64_t after, int limit) const {
  std::vector<Division> leaves;
  const DivisionRow* row = FindRow(code);
  if (row == nullptr) return leaves;
  const DivisionRow* end = row + 1 + row->inside;
  row = std::upper_bound(row, end, after,
                         [](uint64_t seen, const DivisionRow& place) { return seen < place.code; });
  for (; row != end && leaves.size() < static_cast<size_t>(limit); ++row) {
    if (row->inside == 0) leaves.push_back(ToDivision(*row));
  }
  return leaves;
}

int DivisionTree::CountLeaves(DivisionCode code) const {
  const DivisionRow* row = FindRow(code);
  if (row == nullptr) return 0;
  const DivisionRow* end = row + 1 + row->inside;
  return static_cast<int>(
      std::count_if(row, end, [](const DivisionRow& place) { return place.inside == 0; }));
}

bool DivisionTree::IsAncestor(DivisionCode ancestor, DivisionCode code) const {
  const DivisionRow* above = FindRow(ancestor);
  const DivisionRow* below = FindRow(code);
  return above != nullptr && below != nullptr && below > above && below - above <= above->inside;
}

std::string DivisionTree::FullName(DivisionCode code) const {
  const DivisionRow* row = FindRow(code);
  if (row == nullptr) return "";
  std::string name;
  for (const Division& ancestor : Ancestors(code)) {
    if (!IsFiller(ancestor.name)) name.append(ancestor.name);
  }
  name.append(names_.substr(row->name_offset, row->name_length));
  return name;
}

}  // namespace maplebridge::division
