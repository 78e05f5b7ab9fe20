// Whose figures a caller may see exactly.
#pragma once

#include <string_view>

#include "common/caller/caller.h"

namespace maplebridge::analytics {

// Services, auditors and the ministry.
bool SeesAllFigures(const Caller& caller);
// `place`: 2, 4, 6, 9 or 12 digits. A bureau its own place and what lies in it.
bool SeesPlace(const Caller& caller, std::string_view place);
// Its own mediators, head and centre; and the bureaus of the place where it is filed, which guide
// all of its work (PML art. 5). `division`: 12 digits, or empty when not known.
bool SeesOrganisation(const Caller& caller, std::string_view organisation,
                      std::string_view division);
// The court itself.
bool SeesCourt(const Caller& caller, std::string_view court);

}  // namespace maplebridge::analytics
