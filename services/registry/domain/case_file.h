// What the file of a dispute must hold before it is archived (Norm).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/registry/domain/dispute.h"
#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {

// Everything that is missing, each as a sentence that says what to do; empty when complete.
// `documents`: the kinds that the file holds.
std::vector<std::string> FileGaps(const Dispute& dispute, const std::set<DocumentKind>& documents);

}  // namespace maplebridge::registry
