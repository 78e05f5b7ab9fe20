// Disputes as a table for spreadsheets.
#pragma once

#include <string>

#include "services/registry/domain/dispute.h"

namespace maplebridge::registry {

// CSV (RFC 4180) in UTF-8 with a byte order mark. Identity numbers and telephones are never in it.
std::string DisputeTableHeading();
// `place`: the name of the dispute's place. Parties are named when `names_parties`, else counted.
std::string DisputeTableLine(const Dispute& dispute, const std::string& place, bool names_parties);

}  // namespace maplebridge::registry
