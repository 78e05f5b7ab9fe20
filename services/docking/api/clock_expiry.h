// What the end of a clock does to a referral or to an application for confirmation.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::Status> ExpireClock(const Docking& docking, postgres::Transaction& transaction,
                               Call& call, const DeadlineRow& row);

}  // namespace maplebridge::docking
