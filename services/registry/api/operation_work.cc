#include "services/registry/api/operation_work.h"

#include "common/logging/log.h"
#include "services/registry/api/export_disputes.h"
#include "services/registry/api/import_step.h"
#include "services/registry/store/operation_store.h"

namespace maplebridge::registry {
namespace {

constexpr char kPrincipal[] = "services/registry#operations";
constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr absl::Duration kBetweenSweeps = absl::Minutes(1);
// An import whose rows came in no longer than this ago may still be coming in.
constexpr absl::Duration kStagingKept = absl::Hours(1);

// True for what passes by itself: the database cannot be reached, or is busy.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status) || absl::IsCancelled(status);
}

Task<absl::Status> TakeStep(const Registry& registry, postgres::Transaction& transaction,
                            const Call& call, const std::string& rules_version,
                            Operation* operation) {
  absl::Status done = absl::OkStatus();
  if (operation->is_import()) {
    done = co_await ImportNextRows(registry, transaction, rules_version, call.now(), operation);
  } else {
    done = co_await ExportNextDisputes(registry, transaction, registry.database(call), call.now(),
                                       operation);
  }
  if (!done.ok()) co_return done;
  operation->fault_count = 0;
  operation->update_time = call.now();
  co_return co_await UpdateOperation(transaction, *operation);
}

Task<void> SweepAndTell(const Registry& registry) {
  const absl::Time now = absl::Now();
  auto swept = co_await DestroyExpiredResults(*registry.parts.databases[0], now + kPatience, now,
                                              now - kStagingKept);
  if (!swept.ok()) {
    Log(LogLevel::kWarning, "results of operations that are past their time stay for now",
        {{"status", std::string(swept.status().message())}});
  }
}

}  // namespace

Task<absl::StatusOr<bool>> WorkOnOperation(const Registry& registry, const Call& call) {
  auto rules = co_await RulesInForce(registry, call);
  if (!rules.ok()) co_return rules.status();
  const std::string rules_version = (*rules)->version;
  std::string taken;
  std::function<Task<absl::StatusOr<bool>>(postgres::Transaction&)> body =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<bool>> {
    taken.clear();
    auto operation = co_await TakeOperation(transaction, registry.keys);
    if (!operation.ok()) co_return operation.status();
    if (!operation->has_value()) co_return false;
    taken = (*operation)->id;
    absl::Status done = co_await TakeStep(registry, transaction, call, rules_version, &**operation);
    if (!done.ok()) co_return done;
    co_return true;
  };
  auto worked = co_await registry.database(call).Transact<bool>(call.deadline(), body);
  if (worked.ok() || taken.empty() || IsPassing(worked.status())) co_return worked;
  Log(LogLevel::kError, "a step of an operation failed",
      {{"operation", taken}, {"status", std::string(worked.status().message())}});
  absl::Status recorded = co_await RecordFault(registry.database(call), call.deadline() + kPatience,
                                               taken, kMostFaults, call.now());
  if (!recorded.ok()) co_return recorded;
  co_return true;
}

Task<void> KeepOperations(std::shared_ptr<const Registry> registry) {
  absl::Time next_sweep = absl::Now();
  while (!registry->parts.draining()) {
    const Call call = OwnCall(kPrincipal, kPatience);
    auto worked = co_await WorkOnOperation(*registry, call);
    if (!worked.ok()) {
      Log(LogLevel::kWarning, "operations cannot go on",
          {{"status", std::string(worked.status().message())}});
    }
    if (absl::Now() >= next_sweep) {
      co_await SweepAndTell(*registry);
      next_sweep = absl::Now() + kBetweenSweeps;
    }
    const bool has_more = worked.ok() && *worked;
    if (!has_more) co_await Sleep(absl::Milliseconds(worked.ok() ? 300 : 1000));
  }
}

}  // namespace maplebridge::registry
