#include "services/registry/api/export_disputes.h"

#include <absl/strings/str_cat.h>

#include "common/division/division_code.h"
#include "common/server/request_id.h"
#include "services/registry/api/operations.h"
#include "services/registry/api/report_dispute.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/dispute_table.h"
#include "services/registry/store/operation_store.h"

namespace maplebridge::registry {
namespace {

// The list that the export writes down.
v1::ListDisputesRequest ListOf(const Operation& operation) {
  v1::ListDisputesRequest list;
  list.set_filter(operation.filter);
  list.set_organisation(operation.filter_organisation);
  list.set_division(operation.filter_division);
  list.set_state(EnumOf<v1::DisputeState>("DISPUTE_STATE_", operation.filter_state));
  return list;
}

Operation OrderOf(const Call& call, const v1::ExportDisputesRequest& request) {
  Operation operation = NewOperation(call, "EXPORT", "RUNNING");
  operation.filter = request.filter();
  operation.filter_organisation = request.organisation();
  operation.filter_division = request.division();
  operation.filter_state = WordOf("DISPUTE_STATE_", request.state());
  return operation;
}

Task<absl::StatusOr<v1::Operation>> Order(const Registry& registry,
                                          postgres::Transaction& transaction,
                                          const Operation& operation) {
  auto running = co_await CountRunningExports(transaction, operation.principal);
  if (!running.ok()) co_return running.status();
  if (*running >= kMostExports) {
    co_return PreconditionError(
        reason::kGuardFailed, operation.principal,
        absl::StrCat("has ", *running, " exports that run; wait for one, or cancel it"));
  }
  absl::Status inserted = co_await InsertOperation(transaction, registry.keys, operation);
  if (!inserted.ok()) co_return inserted;
  co_return OperationMessage(operation);
}

// The lines of these disputes, each as the caller would be answered it.
std::string LinesOf(const Registry& registry, const Caller& caller,
                    const std::vector<Dispute>& disputes) {
  std::string lines;
  for (const Dispute& dispute : disputes) {
    const auto place = division::DivisionCode::FromNumber(dispute.division);
    const bool names_parties = ViewOf(caller, dispute) != PartyView::kBare;
    lines += DisputeTableLine(dispute, registry.divisions().FullName(place), names_parties);
  }
  return lines;
}

Task<absl::StatusOr<std::vector<Dispute>>> NextDisputes(const Registry& registry,
                                                        postgres::Database& database,
                                                        absl::Time deadline,
                                                        const Operation& operation) {
  const Caller caller = RightsOf(operation);
  const v1::ListDisputesRequest list = ListOf(operation);
  MB_CO_ASSIGN_OR_RETURN(DisputeFilter filter, ListFilterOf(registry, caller, list));
  filter.after = operation.after_number;
  filter.limit = kDisputesOfStep;
  absl::StatusOr<std::vector<Dispute>> rows = absl::UnknownError("");
  if (filter.condition) {
    rows = co_await ListFilteredDisputes(database, deadline, filter);
  } else {
    rows = co_await ListDisputes(database, deadline, filter);
  }
  if (!rows.ok()) co_return rows.status();
  absl::Status filled = co_await ReadParties(database, deadline, registry.keys, &*rows);
  if (!filled.ok()) co_return filled;
  co_return rows;
}

}  // namespace

Task<absl::StatusOr<v1::Operation>> ExportDisputes(Registry& registry, Call& call,
                                                   const v1::ExportDisputesRequest& request) {
  const Operation operation = OrderOf(call, request);
  // What cannot be asked for is said now and not by a step.
  const v1::ListDisputesRequest list = ListOf(operation);
  MB_CO_RETURN_IF_ERROR(ListFilterOf(registry, call.caller(), list).status());
  std::function<Task<absl::StatusOr<v1::Operation>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) { return Order(registry, transaction, operation); };
  std::function<Task<absl::StatusOr<v1::Operation>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction, const std::string& name) {
        return RereadOperation(registry, transaction, call, name);
      };
  co_return co_await ChangeOnce<v1::Operation>(registry.database(call), call, request, change,
                                               reread);
}

Task<absl::Status> ExportNextDisputes(const Registry& registry, postgres::Transaction& transaction,
                                      postgres::Database& database, absl::Time now,
                                      Operation* operation) {
  auto disputes = co_await NextDisputes(registry, database, transaction.deadline(), *operation);
  if (!disputes.ok()) co_return disputes.status();
  std::string bytes;
  if (operation->chunk_count == 0) bytes = DisputeTableHeading();
  bytes += LinesOf(registry, RightsOf(*operation), *disputes);
  absl::Status done = co_await AppendResult(transaction, registry.keys, bytes, operation);
  if (!done.ok()) co_return done;
  operation->done_count += static_cast<std::int64_t>(disputes->size());
  if (!disputes->empty()) operation->after_number = disputes->back().number;
  if (static_cast<int>(disputes->size()) < kDisputesOfStep) {
    operation->row_count = operation->done_count;
    operation->End("SUCCEEDED", now);
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::registry
