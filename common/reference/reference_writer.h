// Writes the reference data file. The same source gives the same bytes.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>

#include "common/reference/reference_source.h"

namespace maplebridge::reference {

// The bytes of the file. Errors: INVALID_ARGUMENT for a division without its parent, one listed
// twice, or one that shares its parent's code under another name.
absl::StatusOr<std::string> EncodeReference(const ReferenceSource& source);

// Writes beside `path`, syncs, then renames: a process that has the old file mapped keeps it.
absl::Status WriteFileAtomically(const std::string& path, const std::string& bytes);

}  // namespace maplebridge::reference
