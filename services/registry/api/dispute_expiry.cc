#include "services/registry/api/dispute_expiry.h"

#include "services/registry/api/assistance_step.h"
#include "services/registry/api/escalations.h"
#include "services/registry/api/obligations.h"
#include "services/registry/api/risk_step.h"
#include "services/registry/api/route_step.h"
#include "services/registry/api/transfers.h"
#include "services/registry/api/uploads.h"
#include "services/registry/api/words.h"
#include "services/registry/store/transfer_store.h"

namespace maplebridge::registry {
namespace {

Task<absl::Status> LockExpired(const Registry& registry, postgres::Transaction& transaction,
                               const DeadlineRow& row) {
  if (IsOfEscalation(row)) co_return co_await LockReport(transaction, row);
  if (IsOfRisk(row)) co_return co_await LockRisk(transaction, row);
  if (IsOfUpload(row)) co_return co_await LockUploadOf(registry, transaction, row);
  absl::StatusOr<std::string> number =
      IsOfObligation(row) ? DisputeOfObligation(row) : NumberIn("resource", row.resource);
  if (IsOfRoute(row)) number = ParsePartName(kRoutes, row.resource)->number;
  if (IsOfAssistance(row)) number = ParsePartName(kAssistance, row.resource)->number;
  if (!number.ok()) co_return number.status();
  auto dispute = co_await LockDispute(transaction, registry.keys, *number);
  co_return dispute.status();
}

Task<absl::Status> ExpireDisputeClock(const Registry& registry, postgres::Transaction& transaction,
                                      Call& call, const DeadlineRow& row) {
  if (IsOfEscalation(row)) {
    co_return co_await ClimbEscalation(registry, transaction, call, row);
  }
  if (IsOfRisk(row)) co_return co_await ExpireRisk(registry, transaction, call, row);
  if (IsOfUpload(row)) co_return co_await ExpireUpload(registry, transaction, row);
  if (IsOfObligation(row)) {
    co_return co_await ExpireObligation(registry, transaction, call, row);
  }
  if (IsOfRoute(row)) co_return co_await ExpireRoute(registry, transaction, call, row);
  if (IsOfAssistance(row)) co_return co_await ExpireAssistance(registry, transaction, call, row);
  StepRequest request;
  MB_CO_ASSIGN_OR_RETURN(request.number, NumberIn("resource", row.resource));
  if (row.kind == kTransferClock) {
    co_return co_await LapseTransfer(registry, transaction, call, request.number);
  }
  request.event = DisputeEvent::kClockExpired;
  request.asker = Asker::kClock;
  auto step = co_await BeginStep(registry, transaction, call, request);
  // A clock that outlived its state has nothing to say.
  if (absl::IsFailedPrecondition(step.status())) co_return absl::OkStatus();
  if (!step.ok()) co_return step.status();
  if (step->dispute.clock.kind != row.kind) co_return absl::OkStatus();
  co_return co_await FinishStep(registry, transaction, call, &*step);
}

}  // namespace

DeadlineWork ClockWork(std::shared_ptr<const Registry> registry) {
  DeadlineWork work;
  work.lock = [registry](postgres::Transaction& transaction, const DeadlineRow& row) {
    return LockExpired(*registry, transaction, row);
  };
  work.effect = [registry](postgres::Transaction& transaction, Call& call, const DeadlineRow& row) {
    return ExpireDisputeClock(*registry, transaction, call, row);
  };
  return work;
}

}  // namespace maplebridge::registry
