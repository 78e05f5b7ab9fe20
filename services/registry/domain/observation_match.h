// How like an observation is to what is known of the same place and category.
#pragma once

#include <string>
#include <vector>

namespace maplebridge::registry {

// What two texts are compared by.
struct Traits {
  std::vector<std::string> words;  // of SearchWords, sorted by PrepareTraits
  std::vector<std::string> people;
};
Traits PrepareTraits(const std::string& text, std::vector<std::string> people);

struct Likeness {
  // 0 to 1.
  double score = 0;
  int common_people = 0;
};
// The share of the shorter text's words that the other has; with people on both sides, their share
// in common counts for half.
Likeness Compare(const Traits& one, const Traits& other);

// True when they are about the same.
bool IsSame(const Likeness& likeness);

}  // namespace maplebridge::registry
