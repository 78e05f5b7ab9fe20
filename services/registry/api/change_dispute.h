// The frame of a step whose request has name, etag and request_id and whose answer is the dispute.
#pragma once

#include <functional>

#include "common/server/request_id.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// Guards and changes of one step: the row is locked and the workflow allows it. May run again in a
// new transaction, so it keeps nothing of its own.
using StepBody = std::function<Task<absl::Status>(postgres::Transaction&, OpenStep&)>;

template <typename Request>
Task<absl::StatusOr<v1::Dispute>> ChangeDispute(const Registry& registry, Call& call,
                                                const Request& request, DisputeEvent event,
                                                const StepBody& body) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("name", request.name()));
  step_request.etag = request.etag();
  step_request.event = event;
  std::function<Task<absl::StatusOr<v1::Dispute>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Dispute>> {
    auto step = co_await BeginStep(registry, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    absl::Status done = co_await body(transaction, *step);
    if (!done.ok()) co_return done;
    done = co_await FinishStep(registry, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return DisputeMessage(step->dispute, ViewOf(call.caller(), step->dispute));
  };
  std::function<Task<absl::StatusOr<v1::Dispute>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Dispute>> {
    return RereadDispute(registry, transaction, call, name);
  };
  co_return co_await ChangeOnce<v1::Dispute>(registry.database(call), call, request, change,
                                             reread);
}

}  // namespace maplebridge::registry
