#include "services/registry/domain/observation_match.h"

#include <algorithm>

#include "services/registry/domain/search_words.h"

namespace maplebridge::registry {
namespace {

constexpr double kSame = 0.5;

int Common(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return static_cast<int>(std::count_if(one.begin(), one.end(), [&](const std::string& each) {
    return std::binary_search(other.begin(), other.end(), each);
  }));
}

double Share(int common, std::size_t one, std::size_t other) {
  const std::size_t least = std::min(one, other);
  return least == 0 ? 0 : static_cast<double>(common) / static_cast<double>(least);
}

}  // namespace

Traits PrepareTraits(const std::string& text, std::vector<std::string> people) {
  Traits traits{SearchWords(text), std::move(people)};
  std::sort(traits.words.begin(), traits.words.end());
  std::sort(traits.people.begin(), traits.people.end());
  traits.people.erase(std::unique(traits.people.begin(), traits.people.end()), traits.people.end());
  return traits;
}

Likeness Compare(const Traits& one, const Traits& other) {
  Likeness likeness;
  likeness.score = Share(Common(one.words, other.words), one.words.size(), other.words.size());
  if (one.people.empty() || other.people.empty()) return likeness;
  likeness.common_people = Common(one.people, other.people);
  const double people = Share(likeness.common_people, one.people.size(), other.people.size());
  likeness.score = (likeness.score + people) / 2;
  return likeness;
}

bool IsSame(const Likeness& likeness) { return likeness.score >= kSame; }

}  // namespace maplebridge::registry
