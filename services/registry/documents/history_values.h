// What the history of a dispute says, one case on one page 一案一页.
#pragma once

#include <string>
#include <vector>

#include "services/registry/documents/document_values.h"

namespace maplebridge::registry {

// One thing that happened.
struct HistoryLine {
  absl::Time time;
  std::string organisation;  // name; may be empty
  std::string text;
};

// `state`: of the dispute, in Chinese. `forces`: where it was routed, in Chinese, in order.
TemplateValues HistoryValues(const std::string& state, const std::vector<std::string>& forces,
                             const std::vector<HistoryLine>& lines);

}  // namespace maplebridge::registry
