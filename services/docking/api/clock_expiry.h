// What the end of a clock does to a referral or to an application for confirmation.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

DeadlineWork ClockWork(std::shared_ptr<const Docking> docking);

}  // namespace maplebridge::docking
