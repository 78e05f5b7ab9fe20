// How sure it is that two disputes are the same.
#pragma once

#include <string>
#include <vector>

#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

struct DuplicateScore {
  // 0 to 1: half by the people in common, a tenth each by place and category, three tenths by the
  // text.
  double score = 0;
  // What speaks for it; names nobody.
  std::vector<std::string> reasons;
};

// From this on a pair is shown to a person.
inline constexpr double kLeastDuplicateScore = 0.4;

// People are the same by their identity numbers; where neither side has any, by their names.
DuplicateScore CompareDisputes(const Dispute& one, const Dispute& other);

}  // namespace maplebridge::registry
