#include "deploy/maplectl_source/nearest_word.h"

#include <algorithm>

namespace maplebridge::maplectl {

std::size_t EditDistance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

std::string NearestWord(std::string_view word, const std::vector<std::string>& candidates) {
  auto nearest = std::min_element(candidates.begin(), candidates.end(),
                                  [word](const std::string& left, const std::string& right) {
                                    return EditDistance(left, word) < EditDistance(right, word);
                                  });
  return nearest == candidates.end() ? "" : *nearest;
}

}  // namespace maplebridge::maplectl
