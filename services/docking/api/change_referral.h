// The frame of a step whose request has name, etag and request_id and whose answer is the referral.
#pragma once

#include <functional>

#include "common/server/request_id.h"
#include "services/docking/api/docking.h"

namespace maplebridge::docking {

// Guards and changes of one step: the row is locked and the workflow allows it. May run again in a
// new transaction, so it keeps nothing of its own.
using StepBody = std::function<Task<absl::Status>(postgres::Transaction&, OpenStep&)>;

template <typename Request>
Task<absl::StatusOr<v1::Referral>> ChangeReferral(const Docking& docking, Call& call,
                                                  const Request& request, StepRight right,
                                                  const EventChoice& choose, const StepBody& body) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.id, ReferralIdIn("name", request.name()));
  step_request.etag = request.etag();
  step_request.choose = choose;
  step_request.right = right;
  std::function<Task<absl::StatusOr<v1::Referral>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Referral>> {
    auto step = co_await BeginStep(docking, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    absl::Status done = co_await body(transaction, *step);
    if (!done.ok()) co_return done;
    done = co_await FinishStep(docking, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return ReferralMessage(step->referral, ViewOf(call.caller(), step->referral));
  };
  std::function<Task<absl::StatusOr<v1::Referral>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Referral>> {
    return RereadReferral(docking, transaction, call, name);
  };
  co_return co_await ChangeOnce<v1::Referral>(docking.database(call), call, request, change,
                                              reread);
}

}  // namespace maplebridge::docking
