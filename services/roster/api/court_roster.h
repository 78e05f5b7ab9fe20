// The specially-invited rosters of courts 特邀名册.
#pragma once

#include "services/roster/api/roster.h"

namespace maplebridge::roster {

Task<absl::StatusOr<v1::CourtRosterEntry>> CreateCourtRosterEntry(
    Roster& roster, Call& call, const v1::CreateCourtRosterEntryRequest& request);
Task<absl::StatusOr<v1::CourtRosterEntry>> GetCourtRosterEntry(
    Roster& roster, Call& call, const v1::GetCourtRosterEntryRequest& request);
Task<absl::StatusOr<v1::ListCourtRosterEntriesResponse>> ListCourtRosterEntryPage(
    Roster& roster, Call& call, const v1::ListCourtRosterEntriesRequest& request);

}  // namespace maplebridge::roster
