// The risk ledger as a table for spreadsheets.
#pragma once

#include <string>

#include "services/registry/domain/risk_entry.h"

namespace maplebridge::registry {

// CSV (RFC 4180) in UTF-8. The heading begins with a byte order mark, by which spreadsheets know
// that Chinese is UTF-8. A text that a spreadsheet would take for a formula is led by an
// apostrophe.
std::string LedgerHeading();
std::string LedgerLine(const RiskEntry& entry, const std::string& place);

}  // namespace maplebridge::registry
