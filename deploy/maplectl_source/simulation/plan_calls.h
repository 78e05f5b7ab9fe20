// Which calls the course of one dispute takes; the lives that are played follow it, and the audit
// holds both against each other.
#pragma once

#include <string>
#include <vector>

#include "deploy/maplectl_source/simulation/county_plan.h"

namespace maplebridge::maplectl {

// Words of DocumentKind that are made of the dispute on request, in order.
std::vector<std::string> DocumentsOf(const PlannedDispute& dispute);

// Observations of one call.
inline constexpr int kObservationsOfCall = 50;

}  // namespace maplebridge::maplectl
