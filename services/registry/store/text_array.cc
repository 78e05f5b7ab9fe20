#include "services/registry/store/text_array.h"

#include <absl/strings/str_split.h>

namespace maplebridge::registry {

std::string TextArray(const std::vector<std::string>& values) {
  postgres::ArrayParameter array;
  for (const std::string& value : values) array.Push(std::string_view(value));
  return array.Take();
}

std::vector<std::string> TextsOf(std::string_view joined) {
  if (joined.empty()) return {};
  return absl::StrSplit(absl::string_view(joined.data(), joined.size()), '\x1f');
}

}  // namespace maplebridge::registry
