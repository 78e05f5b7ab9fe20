// Old cases that come as messages, as rows of a file.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "maplebridge/registry/v1/bulk_resource.pb.h"

namespace maplebridge::registry {

// The heading over such rows: every column, in the order of OldCaseColumn.
std::vector<std::string> FullHeading();
// FIELD_INVALID for what a row has no room for, below `path`, such as "batch.cases[2]"; what else
// is wrong with the case is wrong with the row.
absl::StatusOr<std::vector<std::string>> RowOf(const v1::OldCase& message, const std::string& path);

}  // namespace maplebridge::registry
