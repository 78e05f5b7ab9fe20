// The steps of an organisation's life: on file, on the published roster, suspended, ended.
#pragma once

#include "common/deadlines/deadline_clock.h"
#include "maplebridge/type/v1/workflow.pb.h"
#include "services/roster/api/roster.h"

namespace maplebridge::roster {

Task<absl::StatusOr<v1::Organisation>> FileOrganisation(Roster& roster, Call& call,
                                                        const v1::FileOrganisationRequest& request);
Task<absl::StatusOr<v1::Organisation>> PublishOrganisation(
    Roster& roster, Call& call, const v1::PublishOrganisationRequest& request);
Task<absl::StatusOr<v1::Organisation>> SuspendOrganisation(
    Roster& roster, Call& call, const v1::SuspendOrganisationRequest& request);
Task<absl::StatusOr<v1::Organisation>> ReinstateOrganisation(
    Roster& roster, Call& call, const v1::ReinstateOrganisationRequest& request);
Task<absl::StatusOr<v1::Organisation>> RevokeOrganisation(
    Roster& roster, Call& call, const v1::RevokeOrganisationRequest& request);
Task<absl::StatusOr<type::v1::Workflow>> DescribeOrganisationWorkflow(
    Roster& roster, Call& call, const v1::DescribeOrganisationWorkflowRequest& request);

// What the end of a clock does: a draft lapses; anybody else's bureau is reminded by the event, and
// the clock starts again.
DeadlineWork ClockWork(std::shared_ptr<const Roster> roster);

}  // namespace maplebridge::roster
