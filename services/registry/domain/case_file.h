// What the file of a dispute must hold before it is archived (Norm).
#pragma once

#include <string>
#include <vector>

#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

// Everything that is missing, each as a sentence that says what to do; empty when complete.
std::vector<std::string> FileGaps(const Dispute& dispute);

}  // namespace maplebridge::registry
