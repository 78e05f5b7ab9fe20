#include "common/server/resource_name.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_split.h>

#include <algorithm>

namespace maplebridge {
namespace {

constexpr std::size_t kLongestPart = 64;

bool IsPart(const std::string& text) {
  return !text.empty() && text.size() <= kLongestPart &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
         });
}

}  // namespace

std::vector<std::string> NameParts(std::string_view pattern, std::string_view name) {
  const std::vector<std::string> wanted =
      absl::StrSplit(absl::string_view(pattern.data(), pattern.size()), '/');
  std::vector<std::string> given = absl::StrSplit(absl::string_view(name.data(), name.size()), '/');
  std::vector<std::string> parts;
  if (wanted.size() != given.size()) return parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool fits = wanted[i] == "*" ? IsPart(given[i]) : wanted[i] == given[i];
    if (!fits) return {};
    if (wanted[i] == "*") parts.push_back(std::move(given[i]));
  }
  return parts;
}

}  // namespace maplebridge
