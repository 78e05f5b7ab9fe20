// The frames of a step: of one whose request has name, etag and request_id and whose answer is the
// dispute, and of one whose answer is a part of its file.
#pragma once

#include <functional>

#include "common/server/request_id.h"
#include "common/status/error.h"
#include "services/registry/api/registry.h"

namespace maplebridge::registry {

// Guards and changes of one step: the row is locked and the workflow allows it. May run again in a
// new transaction, so it keeps nothing of its own.
using StepBody = std::function<Task<absl::Status>(postgres::Transaction&, OpenStep&)>;

// Locks what a step needs beside the dispute, in an order that all steps keep.
using StepLock = std::function<Task<absl::Status>(postgres::Transaction&)>;

template <typename Request>
Task<absl::StatusOr<v1::Dispute>> ChangeDispute(const Registry& registry, Call& call,
                                                const Request& request, DisputeEvent event,
                                                const StepBody& body,
                                                const StepLock& lock = nullptr) {
  StepRequest step_request;
  MB_CO_ASSIGN_OR_RETURN(step_request.number, NumberIn("name", request.name()));
  step_request.etag = request.etag();
  step_request.event = event;
  std::function<Task<absl::StatusOr<v1::Dispute>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Dispute>> {
    if (lock) {
      absl::Status locked = co_await lock(transaction);
      if (!locked.ok()) co_return locked;
    }
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

// Like StepBody, for a step that makes or changes a part of the dispute's file, such as a session.
template <typename Part>
using PartBody = std::function<Task<absl::StatusOr<Part>>(postgres::Transaction&, OpenStep&)>;
// The part with this ordinal, for a call that is repeated.
template <typename Part>
using PartReread = std::function<Task<absl::StatusOr<Part>>(
    postgres::Transaction&, const std::string& dispute, int ordinal)>;

// `collection`: the part's, such as "sessions".
template <typename Part, typename Request>
Task<absl::StatusOr<Part>> ChangePart(const Registry& registry, Call& call, const Request& request,
                                      const StepRequest& step_request, const char* collection,
                                      const PartBody<Part>& body, const PartReread<Part>& read) {
  std::function<Task<absl::StatusOr<Part>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<Part>> {
    auto step = co_await BeginStep(registry, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    absl::StatusOr<Part> part = co_await body(transaction, *step);
    if (!part.ok()) co_return part.status();
    absl::Status done = co_await FinishStep(registry, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return part;
  };
  std::function<Task<absl::StatusOr<Part>>(postgres::Transaction&, const std::string&)> reread =
      [&](postgres::Transaction& transaction,
          const std::string& name) -> Task<absl::StatusOr<Part>> {
    const std::optional<PartName> part = ParsePartName(collection, name);
    if (!part) co_return NotFoundError(name);
    auto dispute = co_await RereadDispute(registry, transaction, call, "disputes/" + part->number);
    if (!dispute.ok()) co_return dispute.status();
    co_return co_await read(transaction, part->number, part->ordinal);
  };
  co_return co_await ChangeOnce<Part>(registry.database(call), call, request, change, reread);
}

}  // namespace maplebridge::registry
