// The tables of states as an answer.
#pragma once

#include "maplebridge/docking/v1/judicial_confirmation_messages.pb.h"
#include "maplebridge/docking/v1/referral_messages.pb.h"
#include "maplebridge/type/v1/workflow.pb.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

Task<absl::StatusOr<type::v1::Workflow>> DescribeReferralWorkflow(
    Docking& docking, Call& call, const v1::DescribeReferralWorkflowRequest& request);
Task<absl::StatusOr<type::v1::Workflow>> DescribeConfirmationWorkflow(
    Docking& docking, Call& call, const v1::DescribeConfirmationWorkflowRequest& request);

}  // namespace maplebridge::docking
