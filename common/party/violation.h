// What a rule found wrong with a field; the transport turns it into an answer.
#pragma once

#include <string>
#include <vector>

namespace maplebridge {

struct Violation {
  // Path below the checked value, such as "parties[1].telephone".
  std::string field;
  // What was wrong and what is accepted, without the value.
  std::string description;
};
using Violations = std::vector<Violation>;

}  // namespace maplebridge
